/** What can be seen of the documents of a release before they are sent: what is still to be written, and what is about another. */
import { readFile } from 'node:fs/promises';
import { cut } from '../../domain/cut.ts';
import { parseDocument } from '../../domain/evidence/documents/document.ts';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import { EvidenceName, valueAt } from '../../domain/release/manifest.ts';
import { unwrittenPaths } from '../../domain/unwritten.ts';
import type { HeldFile } from '../files/manifest-files.ts';

/** What people write is short. A table of predictions may have any text in it. */
const DOCUMENT_MAX_BYTES = 1024 ** 2;
const isDocument = ({ name, sizeBytes }: HeldFile): boolean =>
  EvidenceName.safeParse(name).success && name !== 'predictions' && sizeBytes <= DOCUMENT_MAX_BYTES;
/** The fields by which a document says what it is about, each with that of the manifest. */
const SUBJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  model_card: { model_name: 'model_name', version: 'model_version', artifact_sha256: 'artifact_sha256' },
  evaluation_report: {
    model_name: 'model_name',
    model_version: 'model_version',
    artifact_sha256: 'artifact_sha256',
    predictions_sha256: 'evidence_sha256.predictions',
  },
};

/** The fields of each document that would end the release: the deployment looks at them too, minutes later. */
export const documentFaults = async (held: readonly HeldFile[], claim: unknown): Promise<Violation[]> => {
  const documents = held.filter(isDocument);
  const faults = documents.map(async (file) => {
    const document = await read(file);
    return [...unwritten(file, document), ...otherSubject(file, document, claim)];
  });
  return (await Promise.all(faults)).flat();
};

/** Undefined for what is no document: whether it may be there is for the checks to say. */
const read = async ({ path }: HeldFile): Promise<unknown> => {
  try {
    return parseDocument(await readFile(path), DOCUMENT_MAX_BYTES);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

const unwritten = ({ field, where }: HeldFile, document: unknown): Violation[] =>
  unwrittenPaths(document).map((path) => {
    const text = String(valueAt(document, path.map(String)));
    return { field, problem: `${where}: ${path.join('.')} is still to be written, and says: ${cut(text, 160)}` };
  });

/** What a document or the manifest does not say is for the checks to miss. */
const otherSubject = ({ name, field, where }: HeldFile, document: unknown, claim: unknown): Violation[] =>
  Object.entries(SUBJECTS[name] ?? {}).flatMap(([own, ofManifest]) => {
    const [said, meant] = [valueAt(document, [own]), valueAt(claim, ofManifest.split('.'))];
    if (said === undefined || meant === undefined || said === meant) return [];
    return [{ field, problem: `${where}: ${own} is ${cut(String(said), 64)}, and the manifest says ${String(meant)}` }];
  });

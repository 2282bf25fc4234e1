/** The files that `assay push` sends: found, hashed, and compared with what the manifest says of them. */
import { readFile } from 'node:fs/promises';
import { Refusal, type Violation } from '../../domain/refusal.ts';
import { claimViolations, valueAt } from '../../domain/release/manifest.ts';
import { isUnwritten } from '../../domain/unwritten.ts';
import { type HeldFile, holdFiles } from '../files/manifest-files.ts';
import { pathsIn, withoutPaths } from '../files/manifest-places.ts';

/** What people write is short. A table of predictions may have any text in it. */
const DOCUMENT_MAX_BYTES = 1024 ** 2;

type ToPush = { readonly claim: object; readonly modelName: string; readonly held: readonly HeldFile[] };

/** Refuses, before anything is sent, a manifest with faults, files that are missing, and files that are other ones than it means. */
export const filesToPush = async (claim: unknown, folder: string, say: (text: string) => void): Promise<ToPush> => {
  const faults = claimViolations(withoutPaths(claim));
  const world = { folder, say, downloads: () => Promise.reject(new Error('nothing is downloaded to be pushed')) };
  const held = await holdFiles(pathsIn(claim, folder), faults, world);
  refuse('ManifestInvalid', 'what assay init left is still to be written', await unwrittenFiles(held));
  const others = held.flatMap((file) => mismatchOf(file, claim));
  refuse('EvidenceDigestMismatch', 'a file is not the one that the manifest means: draft the release again', others);
  // A claim without faults is a manifest, but for its paths.
  return { claim: claim as object, modelName: String(valueAt(claim, ['model_name'])), held };
};

const refuse = (
  code: 'ManifestInvalid' | 'EvidenceDigestMismatch',
  message: string,
  violations: readonly Violation[],
) => {
  if (violations.length > 0) throw new Refusal(code, message, violations);
};

const unwrittenFiles = async (held: readonly HeldFile[]): Promise<Violation[]> => {
  const documents = held.filter(
    ({ name, sizeBytes }) => name !== 'artifact' && name !== 'training_dataset' && sizeBytes <= DOCUMENT_MAX_BYTES,
  );
  const texts = await Promise.all(documents.map(async ({ path }) => readFile(path, 'utf8')));
  return documents.flatMap(({ field, where }, index) =>
    isUnwritten(texts[index] ?? '') ? [{ field, problem: `${where} still says TODO(assay init)` }] : [],
  );
};

const mismatchOf = ({ name, where, sha256 }: HeldFile, claim: unknown): Violation[] => {
  const path = DIGESTS[name] ?? ['evidence_sha256', name];
  const declared = valueAt(claim, path);
  return declared === undefined || declared === sha256
    ? []
    : [{ field: path.join('.'), problem: `${where} hashes to ${sha256}, and the manifest says ${String(declared)}` }];
};
const DIGESTS: Readonly<Record<string, readonly string[]>> = {
  artifact: ['artifact_sha256'],
  training_dataset: ['training_dataset_sha256'],
};

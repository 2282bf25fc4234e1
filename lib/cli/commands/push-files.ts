/** The files that `assay push` sends: found, hashed, and compared with what the manifest says of them. */
import { Refusal, type Violation } from '../../domain/refusal.ts';
import { claimViolations, valueAt } from '../../domain/release/manifest.ts';
import { type HeldFile, holdFiles } from '../files/manifest-files.ts';
import { pathsIn, withoutPaths } from '../files/manifest-places.ts';
import { documentFaults } from './push-documents.ts';

type ToPush = { readonly claim: object; readonly modelName: string; readonly held: readonly HeldFile[] };

/**
 * Refuses before anything is sent: a manifest with faults, a file that is missing or has another digest than the manifest
 * says, a document that is not finished or is about another release.
 */
export const filesToPush = async (claim: unknown, folder: string, say: (text: string) => void): Promise<ToPush> => {
  const faults = claimViolations(withoutPaths(claim));
  const world = { folder, say, downloads: () => Promise.reject(new Error('nothing is downloaded to be pushed')) };
  const held = await holdFiles(pathsIn(claim, folder), faults, world);
  const mismatches = held.flatMap((file) => mismatchOf(file, claim));
  const documents = await documentFaults(held, claim);
  if (documents.length > 0) {
    const message = 'a document is not finished, or is about another release';
    throw new Refusal('ManifestInvalid', message, [...documents, ...mismatches]);
  }
  if (mismatches.length > 0) {
    const message = 'a file has changed since the manifest was written: draft the release again, or correct the digest';
    throw new Refusal('EvidenceDigestMismatch', message, mismatches);
  }
  // A claim without faults is a manifest, but for its paths.
  return { claim: claim as object, modelName: String(valueAt(claim, ['model_name'])), held };
};

const mismatchOf = ({ name, where, sha256 }: HeldFile, claim: unknown): Violation[] => {
  const further = name.startsWith('additional_model_data.') ? ['deployment', ...name.split('.'), 'sha256'] : undefined;
  const path = further ?? DIGESTS[name] ?? ['evidence_sha256', name];
  const declared = valueAt(claim, path);
  return declared === undefined || declared === sha256
    ? []
    : [{ field: path.join('.'), problem: `${where} hashes to ${sha256}, and the manifest says ${String(declared)}` }];
};
const DIGESTS: Readonly<Record<string, readonly string[]>> = {
  artifact: ['artifact_sha256'],
  training_dataset: ['training_dataset_sha256'],
};

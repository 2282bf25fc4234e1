import { S3Uri } from '../evidence/predictions/reference.ts';
import { Refusal, type RefusalCode, type Violation } from '../refusal.ts';
import { EvidenceName, evidenceField, valueAt } from '../release/manifest.ts';
import type { EvidenceSource } from './evidence-source.ts';

/** The refusals of what a manifest says. The others are about something else than its fields. */
const OF_THE_MANIFEST: readonly RefusalCode[] = [
  'ManifestInvalid',
  'VersionTaken',
  'EndpointTaken',
  'EndpointMismatch',
];

/**
 * Adds to the refusal of an invalid manifest the objects that it names and that cannot be pinned, so that the submitter
 * learns of everything at once. The claim is untrusted input, so only values that are valid s3:// URIs are looked up.
 */
export const withMissingEvidence = async (why: Refusal, claim: unknown, source: EvidenceSource): Promise<Refusal> => {
  if (!OF_THE_MANIFEST.includes(why.code)) return why;
  const looked = await Promise.all(
    claimedUris(claim).map(async ({ field, uri }) => ({ field, uri, pinned: await source.pin(uri) })),
  );
  const missing = looked.flatMap(({ field, uri, pinned }): Violation[] =>
    'problem' in pinned ? [{ field, problem: `${uri} ${pinned.problem}` }] : [],
  );
  return missing.length === 0 ? why : new Refusal(why.code, why.message, [...why.violations, ...missing]);
};

const claimedUris = (claim: unknown): { field: string; uri: string }[] =>
  ['artifact', ...EvidenceName.options].map(evidenceField).flatMap((field) => {
    const uri = S3Uri.safeParse(valueAt(claim, field.split('.')));
    return uri.success ? [{ field, uri: uri.data }] : [];
  });

import { S3Uri } from '../evidence/predictions/reference.ts';
import { Refusal, type RefusalCode, Unavailable, type Violation } from '../refusal.ts';
import { ImageUri } from '../release/image-address.ts';
import { evidenceField, FileName, valueAt } from '../release/manifest.ts';
import type { EvidenceSource } from './evidence-source.ts';
import { digestOf, type ServingWorld } from './find-serving.ts';
import type { ImageRegistry } from './image-registry.ts';

/** The refusals of what a manifest says. The others are about something else than its fields. */
const OF_THE_MANIFEST: readonly RefusalCode[] = [
  'ManifestInvalid',
  'VersionTaken',
  'EndpointTaken',
  'PackageTaken',
  'EndpointMismatch',
];

/**
 * Adds to the refusal of an invalid manifest the objects that it names and that cannot be pinned, and an image that
 * cannot be found, so that the submitter learns of everything at once. The claim is untrusted input, so only values
 * that are valid addresses are looked up.
 */
export const withMissingEvidence = async (
  why: Refusal,
  claim: unknown,
  { evidence, images }: Pick<ServingWorld, 'evidence' | 'images'>,
): Promise<Refusal> => {
  if (!OF_THE_MANIFEST.includes(why.code)) return why;
  const named = why.violations.map(({ field }) => field);
  const missing = (await Promise.all([...missingObjects(claim, evidence), missingImage(claim, images)]))
    .flat()
    .filter(({ field }) => !named.includes(field));
  return missing.length === 0 ? why : new Refusal(why.code, why.message, [...why.violations, ...missing]);
};

const missingObjects = (claim: unknown, source: EvidenceSource): Promise<Violation[]>[] =>
  claimedUris(claim).map(async ({ field, uri }) => {
    const pinned = await unlessLate(source.pin(uri));
    return pinned !== undefined && 'problem' in pinned ? [{ field, problem: `${uri} ${pinned.problem}` }] : [];
  });

/** The claim is refused anyway, for what is known of it. */
const unlessLate = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof Unavailable) return undefined;
    throw cause;
  }
};

/** The image of a model package is not looked up: the package may have its digest. */
const missingImage = async (claim: unknown, images: ImageRegistry): Promise<Violation[]> => {
  const uri = ImageUri.safeParse(valueAt(claim, IMAGE.split('.')));
  if (!uri.success || valueAt(claim, ['model_package_arn']) !== undefined) return [];
  const found = await unlessLate(digestOf(uri.data, images));
  return found !== undefined && 'problem' in found ? [{ field: IMAGE, problem: `${uri.data} ${found.problem}` }] : [];
};
const IMAGE = 'deployment.image_uri';

const claimedUris = (claim: unknown): { field: string; uri: string }[] =>
  FileName.options.map(evidenceField).flatMap((field) => {
    const uri = S3Uri.safeParse(valueAt(claim, field.split('.')));
    return uri.success ? [{ field, uri: uri.data }] : [];
  });

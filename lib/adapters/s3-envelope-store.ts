import type { Sha256 } from '../domain/identifiers.ts';
import { sha256 } from '../domain/ledger/canonical-json.ts';
import type { Release } from '../domain/release/release.ts';
import { putOnce, type Retention } from './s3-evidence-store.ts';

type LockedIn = { readonly bucket: string; readonly retention: Retention };

/** The folder of a release's governance records beside its artifact. */
const besideArtifact = ({ sources: { artifact }, releaseId }: Release): string => {
  const folder = artifact.key.includes('/') ? `${artifact.key.slice(0, artifact.key.lastIndexOf('/'))}/` : '';
  return `${folder}governance/${releaseId}`;
};

/**
 * Keeps a signed governance record, under its digest, locked in the evidence bucket and next to the artifact, where
 * whoever deploys it finds it. Answers the digest and where the locked one is.
 */
export const keepRecord = async (
  envelope: Uint8Array,
  release: Release,
  locked: LockedIn,
): Promise<{ sha256: Sha256; uri: string }> => {
  const digest = sha256(envelope);
  const key = `records/${release.modelName}/${release.modelVersion}/${release.releaseId}/${digest}.dsse.json`;
  const put = { body: envelope, sizeBytes: envelope.length, sha256: digest, contentType: 'application/json' };
  await putOnce({ ...put, place: { bucket: locked.bucket, key }, retention: locked.retention });
  const { bucket } = release.sources.artifact;
  await putOnce({ ...put, place: { bucket, key: `${besideArtifact(release)}/${digest}.dsse.json` } });
  return { sha256: digest, uri: `s3://${locked.bucket}/${key}` };
};

import type { Sha256 } from '../domain/identifiers.ts';
import { attestationFolder, type KeptEnvelope } from '../domain/records/attestation.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Release } from '../domain/release/release.ts';
import { sha256 } from '../domain/signing/canonical-json.ts';
import { type Envelope, envelopeBytes, signEnvelope } from '../domain/signing/envelope.ts';
import type { Signer } from '../domain/signing/signer.ts';
import { putOnce, type Retention } from './s3-evidence-store.ts';
import { placeOf, readObject } from './s3-objects.ts';

/** The governance record of a release, or the attestation of one of its stages. */
export type EnvelopeKind = 'record' | { readonly attestationOf: string };

export type LockedIn = { readonly bucket: string; readonly retention: Retention };

/** An envelope holds a statement in base64 and a signature, which is far less than this. */
const ENVELOPE_MAX_BYTES = 1024 ** 2;

/**
 * Signs a statement and keeps the envelope under its digest, locked in the evidence bucket; a record also next to the artifact, where
 * a deployer finds it. If the same statement is signed again, that is another envelope under another digest, and the earlier one stays.
 */
export const signAndKeep = async (...given: Parameters<typeof signAndKeepWhole>): Promise<KeptEnvelope> =>
  (await signAndKeepWhole(...given)).kept;

/** The same, for those who put the envelope on record, too. */
export const signAndKeepWhole = async (
  statement: Uint8Array,
  release: Release,
  kind: EnvelopeKind,
  { signer, lockedIn }: { readonly signer: Pick<Signer, 'sign' | 'keyId'>; readonly lockedIn: LockedIn },
): Promise<{ kept: KeptEnvelope; envelope: Envelope }> => {
  const signed = await signEnvelope(statement, signer);
  const envelope = envelopeBytes(signed);
  const digest = sha256(envelope);
  const put = { body: envelope, sizeBytes: envelope.length, sha256: digest, contentType: 'application/json' };
  const key = `${lockedFolder(release, kind)}/${digest}.dsse.json`;
  await putOnce({ ...put, place: { bucket: lockedIn.bucket, key }, retention: lockedIn.retention });
  if (kind === 'record') {
    const { bucket } = release.sources.artifact;
    await putOnce({ ...put, place: { bucket, key: `${folderBesideArtifact(release)}/${digest}.dsse.json` } });
  }
  return {
    kept: { sha256: digest, uri: `s3://${lockedIn.bucket}/${key}`, keyId: signer.keyId },
    envelope: signed,
  };
};

/** The bytes of a kept envelope. Refused if they do not match the digest. */
export const readEnvelope = async (kept: { readonly uri: string; readonly sha256: Sha256 }): Promise<Uint8Array> => {
  const bytes = await readObject(placeOf(kept.uri), ENVELOPE_MAX_BYTES);
  const found = sha256(bytes);
  if (found === kept.sha256) return bytes;
  throw new Refusal('EvidenceDigestMismatch', `${kept.uri} holds bytes that hash to ${found}, not ${kept.sha256}`);
};

const lockedFolder = (release: Release, kind: EnvelopeKind): string =>
  kind === 'record'
    ? `records/${release.modelName}/${release.modelVersion}/${release.releaseId}`
    : attestationFolder(release, kind.attestationOf);

const folderBesideArtifact = ({ releaseId, sources }: Release): string => {
  const { key } = sources.artifact;
  return `${key.slice(0, key.lastIndexOf('/') + 1)}governance/${releaseId}`;
};

import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { completeRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rotationStep } from '../../lib/runtime/machine-step.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { renewRelease } from './renew-release.ts';

/** A few seconds of work. The machine calls again until no release is left. */
const RELEASES_PER_STEP = 25;

const env = readEnv(Env);
const store = listingStoreOf('RenewSignatures', env.TABLE_NAME);
const signerOf = (keyId: string) => ({ ...kmsSigner(keyId), ...kmsPublicKey(keyId) });
const signers = { record: signerOf(env.RECORD_KEY_ID), attestation: signerOf(env.ATTESTATION_KEY_ID) };
const retention = { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS };
const world = { store, signers, lockedIn: { bucket: env.EVIDENCE_BUCKET, retention } };

export const handler = rotationStep(store, async (rotation, { after, ...counts }) => {
  if (rotation.status === 'completed') return { outcome: 'completed' as const, after, ...counts };
  if (rotation.status !== 'requested') {
    throw new Error(`could not renew signatures: ${rotation.rotationId} is ${rotation.status}`);
  }
  const page = await store.releasePage({ order: 'oldest' }, { limit: RELEASES_PER_STEP, after: placeIn(after) });
  let { renewed, refused } = counts;
  for (const { releaseId } of page.items) {
    const found = await renewRelease(releaseId, rotation, world);
    renewed += found.renewed;
    refused += found.refused;
  }
  if (page.next !== undefined) return { outcome: 'more' as const, after: JSON.stringify(page.next), renewed, refused };
  const [record, attestation] = await Promise.all([signers.record.publicKeyPem(), signers.attestation.publicKeyPem()]);
  const change = completeRotation(rotation, { renewed, refused }, { record, attestation }, now());
  await store.commit(change, now());
  return { outcome: 'completed' as const, after, renewed, refused };
});

/** A step of an execution that a former version began names a release instead: then it begins again, which signs nothing twice. */
const placeIn = (after: string): ReleasePlace | undefined => {
  try {
    return ReleasePlace.parse(JSON.parse(after));
  } catch {
    return undefined;
  }
};

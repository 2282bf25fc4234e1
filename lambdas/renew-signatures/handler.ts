import { kmsPublicKey, kmsSigner } from '../../lib/adapters/kms-signer.ts';
import { completeRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rotationStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { renewRelease } from './renew-release.ts';

/** A few seconds of work. The machine calls again until no release is left. */
const RELEASES_PER_STEP = 25;

const env = readEnv(Env);
const store = releaseStoreOf('RenewSignatures', env.TABLE_NAME);
const signerOf = (keyId: string) => ({ ...kmsSigner(keyId), ...kmsPublicKey(keyId) });
const signers = { record: signerOf(env.RECORD_KEY_ID), attestation: signerOf(env.ATTESTATION_KEY_ID) };
const retention = { mode: env.LOCK_MODE, days: env.EVIDENCE_RETENTION_DAYS };
const world = { store, signers, lockedIn: { bucket: env.EVIDENCE_BUCKET, retention } };

export const handler = rotationStep(store, async (rotation, { after, ...counts }) => {
  if (rotation.status === 'completed') return { outcome: 'completed' as const, after, ...counts };
  if (rotation.status !== 'requested') {
    throw new Error(`could not renew signatures: ${rotation.rotationId} is ${rotation.status}`);
  }
  const ids = (await store.releases()).map(({ releaseId }) => releaseId).toSorted();
  const page = ids.filter((id) => id > after).slice(0, RELEASES_PER_STEP);
  const last = page.at(-1);
  if (last === undefined) {
    const [record, attestation] = await Promise.all([
      signers.record.publicKeyPem(),
      signers.attestation.publicKeyPem(),
    ]);
    await store.commit(completeRotation(rotation, counts, { record, attestation }, now()), now());
    return { outcome: 'completed' as const, after, ...counts };
  }
  let { renewed, refused } = counts;
  for (const releaseId of page) {
    const found = await renewRelease(releaseId, rotation, world);
    renewed += found.renewed;
    refused += found.refused;
  }
  return { outcome: 'more' as const, after: last, renewed, refused };
});

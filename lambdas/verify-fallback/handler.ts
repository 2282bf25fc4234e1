import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { digestObject } from '../../lib/adapters/s3-evidence-store.ts';
import { placeOf } from '../../lib/adapters/s3-objects.ts';
import { inForce } from '../../lib/domain/approval/in-force.ts';
import { readForce } from '../../lib/domain/approval/read-force.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { NOTHING } from '../../lib/domain/records/rollback.ts';
import { endpointOf } from '../../lib/domain/serving/ask-rollback.ts';
import { refuseRollback, rollbackReasons } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { renewalReader } from '../../lib/runtime/kept-renewal.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { findServed, hashServed } from '../../lib/runtime/served.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('VerifyFallback', env.TABLE_NAME);
const readRenewal = renewalReader(store, kmsPublicKey(env.ATTESTATION_KEY_ID).publicKeyPem);

export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status === 'refused') return 'refused';
  if (rollback.toReleaseId === NOTHING) return 'to_nothing';
  // A call that outlived the flip would judge the rollback by its own flip, and refuse it.
  if (rollback.status !== 'requested') return 'verified';
  const target = await requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId);
  const { artifactSha256, otherData } = await hashServed(target, env.ACCOUNT_ID, ({ uri }) =>
    digestObject(placeOf(uri), env.ACCOUNT_ID),
  );
  // Hashing a large artifact takes minutes, so what can change meanwhile is read after it.
  const [current, fallback, pointer] = await Promise.all([
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
    store.get('pointer', rollback.modelName),
  ]);
  const [endpoint, force, { departures }, renewal] = await Promise.all([
    endpointOf(pointer, store),
    readForce(store, fallback),
    findServed(fallback, env),
    readRenewal(fallback),
  ]);
  const lapses = inForce({ ...force, renewal, release: fallback, now: now() }).reasons;
  const facts = {
    rollback,
    pointer,
    endpoint,
    fallback,
    artifactSha256,
    departures: [...departures, ...otherData],
    lapses,
  };
  const reasons = rollbackReasons(facts);
  if (reasons.length === 0) return 'verified';
  const read = [fallback, pointer, endpoint, ...force.approvals, ...force.suspensions];
  await store.commit(expecting(refuseRollback(rollback, current, reasons), ...read), now());
  return 'refused';
});

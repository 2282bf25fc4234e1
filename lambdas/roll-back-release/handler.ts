import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { NOTHING } from '../../lib/domain/records/rollback.ts';
import { endpointOf } from '../../lib/domain/serving/ask-rollback.ts';
import { refuseRollback, rollBack, servingReasons } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('RollBackRelease', readEnv(Env).TABLE_NAME);

export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status === 'executed') return 'rolled_back';
  if (rollback.status === 'refused') return 'refused';
  const [pointer, failed, fallback, formerHold] = await Promise.all([
    requireFound(store.get('pointer', rollback.modelName), rollback.modelName),
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    rollback.toReleaseId === NOTHING
      ? undefined
      : requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
    store.get('hold', rollback.modelName),
  ]);
  const [endpoint, kept] = await Promise.all([
    endpointOf(pointer, store),
    fallback === undefined ? undefined : store.get('policy', fallback.policySha256),
  ]);
  const reasons = servingReasons(rollback, pointer, endpoint);
  if (reasons.length > 0) {
    const refusal = refuseRollback(rollback, failed, reasons);
    await store.commit(expecting(refusal, pointer, endpoint, fallback, formerHold), now());
    return 'refused';
  }
  const flip = { rollback, pointer, endpoint, failed, fallback, fallbackPolicy: kept?.policy, formerHold };
  await store.commit(rollBack({ ...flip, now: now() }), now());
  return 'rolled_back';
});

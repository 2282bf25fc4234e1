import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { epochReason, refuseRollback, rollBack } from '../../lib/domain/serving/rollback-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { Env } from './env.ts';

const store = dynamodbReleaseStore(readEnv(Env).TABLE_NAME);

export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status === 'executed') return 'rolled_back';
  if (rollback.status === 'refused') return 'refused';
  const [pointer, failed, fallback, formerHold] = await Promise.all([
    requireFound(store.get('pointer', rollback.modelName), rollback.modelName),
    requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
    requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
    store.get('hold', rollback.modelName),
  ]);
  if (pointer.epoch !== rollback.epoch) {
    const refusal = refuseRollback(rollback, failed, [epochReason(rollback, pointer)]);
    await store.commit(expecting(refusal, pointer, fallback, formerHold), now());
    return 'refused';
  }
  await store.commit(rollBack({ rollback, pointer, failed, fallback, formerHold, now: now() }), now());
  return 'rolled_back';
});

import { deleteEndpoint, findEndpoint, packagesBehind } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { endpointOf } from '../../lib/domain/serving/ask-rollback.ts';
import { refuseRollback } from '../../lib/domain/serving/rollback-steps.ts';
import { withdrawalOf } from '../../lib/domain/serving/withdrawal.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { rollbackStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('DeleteEndpoint', readEnv(Env).TABLE_NAME);

/** Asked until the endpoint is gone. Nothing is written before that: an order that is lost is given again. */
export const handler = rollbackStep(store, async (rollback) => {
  if (rollback.status !== 'requested') return rollback.status === 'refused' ? 'refused' : 'gone';
  const current = await requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId);
  // Right before the order: whatever was promoted since the rollback was requested must keep its endpoint.
  const pointer = await requireFound(store.get('pointer', rollback.modelName), rollback.modelName);
  const [owner, move] = await Promise.all([endpointOf(pointer, store), store.get('endpoint_move', rollback.modelName)]);
  const endpoint = isServing(pointer) ? await describe(pointer.endpointName) : undefined;
  const withdrawal = withdrawalOf({ rollback, pointer, current, endpoint, move, owner, now: now() });
  if (withdrawal.act === 'gone') return 'gone';
  if (withdrawal.act === 'refuse') {
    await store.commit(expecting(refuseRollback(rollback, current, withdrawal.reasons), pointer, owner, move), now());
    return 'refused';
  }
  if (withdrawal.act === 'delete') await deleteEndpoint(pointer.endpointName);
  return withdrawal.act === 'wait_long' ? 'still_busy' : 'pending';
});

const describe = async (endpointName: string) => {
  const found = await findEndpoint(endpointName);
  if (found === undefined) return undefined;
  return { ...found, packages: await packagesBehind(found.serves) };
};

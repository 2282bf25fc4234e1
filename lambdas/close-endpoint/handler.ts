import { deleteEndpoint, findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { endpointToClose } from '../../lib/domain/records/endpoint-move.ts';
import { assertMayWait, closingOf, settleMove } from '../../lib/domain/serving/close-endpoint.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { moveStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('CloseEndpoint', readEnv(Env).TABLE_NAME);

export const handler = moveStep(store, async (move) => {
  const { status, modelName } = move;
  if (status !== 'moved' && status !== 'refused') {
    throw new Error(`could not close an endpoint: the move of ${modelName} is ${status}`);
  }
  if (move.settledAt !== undefined) return status;
  const endpointName = endpointToClose(move);
  const [pointer, current, closed, endpoint] = await Promise.all([
    store.get('pointer', modelName),
    requireFound(store.get('release', move.releaseId), move.releaseId),
    store.get('endpoint', endpointId(endpointName)),
    findEndpoint(endpointName),
  ]);
  const at = now();
  const next = closingOf({ move, pointer, endpoint });
  if (next === 'settle') {
    await store.commit(expecting(settleMove({ move, current, pointer, closed, left: endpoint, now: at }), pointer), at);
    return status;
  }
  assertMayWait(move, at);
  if (next === 'delete') await deleteEndpoint(endpointName);
  return 'pending';
});

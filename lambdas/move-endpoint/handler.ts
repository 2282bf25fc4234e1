import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { flipEndpoint, moveReasons, refuseMove } from '../../lib/domain/serving/move-steps.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { moveStep } from '../../lib/runtime/machine-step.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('MoveEndpoint', readEnv(Env).TABLE_NAME);

export const handler = moveStep(store, async (move) => {
  if (move.status === 'moved' || move.status === 'refused') return move.status;
  const [pointer, current, from, to] = await Promise.all([
    store.get('pointer', move.modelName),
    requireFound(store.get('release', move.releaseId), move.releaseId),
    store.get('endpoint', endpointId(move.fromEndpointName)),
    store.get('endpoint', endpointId(move.toEndpointName)),
  ]);
  const at = now();
  const reasons = moveReasons({ move, pointer, current, to });
  if (!isServing(pointer) || reasons.length > 0) {
    await store.commit(expecting(refuseMove(move, current, reasons, at), pointer, from, to), at);
    return 'refused';
  }
  await store.commit(flipEndpoint({ move, pointer, current, from, to, now: at }), at);
  return 'moved';
});

/** The end of a move: the endpoint that nothing needs any more is deleted, and its name is free. */

import type { Change } from '../change/change.ts';
import { published } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { type Endpoint, inStatus } from '../records/endpoint.ts';
import { type EndpointMove, endpointToClose, mayWaitOn } from '../records/endpoint-move.ts';
import type { Pointer } from '../records/pointer.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { FoundEndpoint } from './deployer.ts';
import { moveId, saidOf } from './move-steps.ts';

type Closing = {
  readonly move: EndpointMove;
  readonly pointer: Pointer | undefined;
  readonly endpoint: FoundEndpoint | undefined;
};

/**
 * Establishes what to do next until an endpoint that nothing needs is gone. The one that the model serves from is never
 * deleted, nor one that somebody else made: before the flip one that does not serve what this move ordered, after it one
 * that is younger than the move.
 */
export const closingOf = ({ move, pointer, endpoint }: Closing): 'settle' | 'wait' | 'delete' => {
  if (endpoint === undefined || pointer?.endpointName === endpointToClose(move)) return 'settle';
  const isOurs = [endpoint.serves, endpoint.headsFor].includes(move.endpointConfigName ?? '');
  if (move.status !== 'moved' && !isOurs) return 'settle';
  // The former endpoint was there before the move: what has its name and is younger was made by somebody else.
  if (move.status === 'moved' && endpoint.createdAt > move.requestedAt) return 'settle';
  return endpoint.condition === 'under_way' ? 'wait' : 'delete';
};

/** Refuses to wait for ever: an execution has to end before Step Functions ends it, which would leave no reason. */
export const assertMayWait = (move: EndpointMove, now: Instant): void => {
  if (mayWaitOn(move, now)) return;
  throw new Refusal('RestorationImpossible', `${endpointToClose(move)} could not be deleted within two hours`);
};

type Settled = {
  readonly move: EndpointMove;
  readonly current: Release;
  readonly pointer: Pointer | undefined;
  /** Whose the endpoint is that was closed. */
  readonly closed: Endpoint | undefined;
  /** What is left under its name, which is not the move's to delete; undefined if it is gone. */
  readonly left: FoundEndpoint | undefined;
  readonly now: Instant;
};

/** Records that the endpoint that nothing needs is gone, and makes its name free. */
export const settleMove = ({ move, current, pointer, closed, left, now }: Settled): Change => {
  const endpointName = endpointToClose(move);
  const status = pointer?.endpointName === endpointName ? 'owned' : 'released';
  return {
    model: move.modelName,
    event: releaseEvent(current, ASSAY, {
      event_type: 'endpoint_closed',
      idempotency_key: `${moveId(move)}:closed`,
      details: { endpoint: endpointName, outcome: move.status, serves: left?.serves ?? 'none' },
    }),
    writes: [
      { kind: 'replace', entity: { ...move, settledAt: now, updatedAt: now } },
      { kind: 'expect', entity: current },
      inStatus(closed, status, { endpointName, modelName: move.modelName }, now),
    ],
    intents: [published('Endpoint Closed', current)],
  };
};

/** Records that an execution broke while it deleted an endpoint. Asking for the move again starts another. */
export const recordMoveFault = (move: EndpointMove, current: Release, error: string, now: Instant): Change => ({
  model: move.modelName,
  event: releaseEvent(current, ASSAY, {
    ...saidOf(move, `fault:${move.version}`),
    event_type: 'endpoint_move_faulted',
    reason: cut(error, 256),
  }),
  writes: [
    { kind: 'replace', entity: { ...move, faultedAt: now } },
    { kind: 'expect', entity: current },
  ],
  intents: [published('Endpoint Move Faulted', current)],
});

/** The changes of a move to another endpoint: requested, ordered, refused, flipped. */

import type { Change, DueIntent, Write } from '../change/change.ts';
import { executionName } from '../change/execution-name.ts';
import { published } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { type Endpoint, holding, inStatus, ownerProblem } from '../records/endpoint.ts';
import { type EndpointMove, mayWaitOn } from '../records/endpoint-move.ts';
import { isServing, type Pointer, type ServingPointer } from '../records/pointer.ts';
import type { Reason, Release } from '../release/release.ts';
import { type Actor, ASSAY, releaseEvent } from '../release/release-event.ts';
import type { EndpointStatus, FoundEndpoint } from './deployer.ts';
import { servingProblem } from './serving-problem.ts';

type Asked = {
  readonly pointer: ServingPointer;
  readonly current: Release;
  /** The move before this one, which has settled. */
  readonly move: EndpointMove | undefined;
  /** Whose the two endpoints are; undefined if no model was promoted to them by a version that kept this. */
  readonly from: Endpoint | undefined;
  readonly to: Endpoint | undefined;
  readonly claim: { readonly endpointName: string; readonly actor: Actor; readonly reason: string };
  readonly now: Instant;
};

/** What people and executions call a move. */
export const moveId = ({ modelName, number }: Pick<EndpointMove, 'modelName' | 'number'>): string =>
  `${modelName}-move-${number}`;

/** Records that a move was asked for and refused, and why. */
export const refuseToMove = ({ pointer, current, claim, now }: Asked, why: string): Change => ({
  model: pointer.modelName,
  event: releaseEvent(current, claim.actor, {
    event_type: 'endpoint_move_refused',
    idempotency_key: `${pointer.modelName}:move:${claim.endpointName}:${now}`,
    reason: cut(why, 1024),
    details: { from: pointer.endpointName, to: claim.endpointName, asked_because: claim.reason },
  }),
  writes: [{ kind: 'expect', entity: current }],
  intents: [published('Endpoint Move Refused', current)],
});

/**
 * Requests the move of what is in production. The new endpoint is the model's from now on, so that no other model is
 * promoted to it meanwhile. The pointer is written again: what was judged before this request is judged again.
 */
export const requestMove = (asked: Asked): { change: Change; move: EndpointMove } => {
  const { pointer, current, move: former, from, to, claim, now } = asked;
  const { modelName, endpointName } = pointer;
  const version = former?.version ?? 0;
  const number = (former?.number ?? 0) + 1;
  const execution = executionName(moveId({ modelName, number }), version, now);
  const move: EndpointMove = {
    entity: 'endpoint_move',
    version,
    modelName,
    number,
    status: 'requested',
    releaseId: pointer.releaseId,
    epoch: pointer.epoch,
    fromEndpointName: endpointName,
    toEndpointName: claim.endpointName,
    initiatedBy: claim.actor.id,
    actorRole: claim.actor.role,
    actorAuth: claim.actor.auth,
    reason: claim.reason,
    requestedAt: now,
    updatedAt: now,
    execution,
  };
  const change: Change = {
    model: modelName,
    event: releaseEvent(current, claim.actor, {
      ...saidOf(move, 'requested'),
      event_type: 'endpoint_move_requested',
      reason: move.reason,
    }),
    writes: [
      { kind: 'replace', entity: pointer },
      { kind: 'expect', entity: current },
      { kind: former === undefined ? 'create' : 'replace', entity: move },
      holding(from, { endpointName, modelName }, now),
      holding(to, { endpointName: claim.endpointName, modelName }, now),
    ],
    intents: [started(move, execution)],
  };
  return { change, move: { ...move, version: move.version + 1 } };
};

const started = (move: EndpointMove, name: string): DueIntent => ({
  intent: {
    kind: 'start_execution',
    machine: 'move',
    name,
    input: JSON.stringify({ modelName: move.modelName, move: move.number }),
  },
});

/** Starts another execution for a move that nobody works on any more. */
export const resumeMove = (move: EndpointMove, current: Release, actor: Actor, now: Instant): Change => {
  const { faultedAt: _, ...resumed } = move;
  const execution = executionName(moveId(move), move.version, now);
  return {
    model: move.modelName,
    event: releaseEvent(current, actor, {
      ...saidOf(move, `resumed:${move.version}`),
      event_type: 'endpoint_move_requested',
      reason: 'nobody works on the move any more',
    }),
    writes: [
      { kind: 'replace', entity: { ...resumed, updatedAt: now, execution } },
      { kind: 'expect', entity: current },
    ],
    intents: [started(move, execution)],
  };
};

export const saidOf = (move: EndpointMove, once: string) => ({
  idempotency_key: `${moveId(move)}:${once}`,
  details: { from: move.fromEndpointName, to: move.toEndpointName, epoch: move.epoch, initiated_by: move.initiatedBy },
});

type Facts = {
  readonly move: EndpointMove;
  readonly pointer: Pointer | undefined;
  /** The release that moves. */
  readonly current: Release;
  /** Whose the new endpoint is. */
  readonly to: Endpoint | undefined;
};

/** Every reason why this move may not go on: it is about what no longer serves, or the new endpoint is not the model's. */
export const moveReasons = ({ move, pointer, current, to }: Facts): Reason[] => {
  const { modelName, epoch, fromEndpointName, toEndpointName: endpointName } = move;
  const isOfWhatServes = isServing(pointer) && pointer.epoch === epoch && pointer.endpointName === fromEndpointName;
  const elsewhere = isOfWhatServes ? servingProblem(pointer, current) : undefined;
  const problem = ownerProblem(to, { endpointName, modelName });
  return [
    ...(isOfWhatServes ? [] : [reason('epoch', `${move.releaseId} no longer serves from ${fromEndpointName}`)]),
    ...(elsewhere === undefined ? [] : [reason('pointer', elsewhere)]),
    ...(problem === undefined ? [] : [reason('endpoint', problem)]),
  ];
};

/** Why the new endpoint cannot be made: there is one of this name, which this move did not order. */
export const takenReasons = (move: EndpointMove, found: FoundEndpoint | undefined): Reason[] =>
  found === undefined || move.endpointConfigName !== undefined
    ? []
    : [reason('endpoint', `there is an endpoint ${move.toEndpointName} already, which Assay did not make`)];

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });

/** Records what the new endpoint is to serve from, before it is ordered: from then on an endpoint of this name is ours. */
export const recordOpening = (
  move: EndpointMove,
  current: Release,
  endpointConfigName: string,
  now: Instant,
): Change => ({
  model: move.modelName,
  event: releaseEvent(current, ASSAY, {
    event_type: 'deployment_started',
    idempotency_key: `${moveId(move)}:${endpointConfigName}`,
    details: { endpoint: move.toEndpointName, endpoint_config: endpointConfigName },
  }),
  writes: [
    { kind: 'replace', entity: { ...move, endpointConfigName, updatedAt: now } },
    { kind: 'expect', entity: current },
  ],
  intents: [],
});

/** Why the new endpoint does not serve: what SageMaker says, or that it takes too long; undefined if there is hope. */
export const openingFailure = (move: EndpointMove, found: EndpointStatus, now: Instant): string | undefined => {
  if (found.status === 'failed') return found.reason;
  return found.status === 'in_service' || mayWaitOn(move, now)
    ? undefined
    : `${move.toEndpointName} has been on its way for two hours`;
};

/** Refuses a move that has not flipped the pointer. What served goes on serving; the new endpoint has yet to be deleted. */
export const refuseMove = (move: EndpointMove, current: Release, reasons: readonly Reason[], now: Instant): Change => ({
  model: move.modelName,
  event: releaseEvent(current, ASSAY, {
    ...saidOf(move, 'refused'),
    event_type: 'endpoint_move_refused',
    reason: cut(reasons.map(({ explanation }) => explanation).join('; '), 1024),
  }),
  writes: [withdrawn(move, now), { kind: 'expect', entity: current }],
  intents: [published('Endpoint Move Refused', current)],
});

/** The write that ends a move before its flip, also where a rollback takes its place. */
export const withdrawn = (move: EndpointMove, now: Instant): Write => ({
  kind: 'replace',
  entity: { ...move, status: 'refused', updatedAt: now },
});

type Flip = {
  readonly move: EndpointMove;
  readonly pointer: ServingPointer;
  readonly current: Release;
  readonly from: Endpoint | undefined;
  readonly to: Endpoint | undefined;
  readonly now: Instant;
};

/**
 * One flip: the pointer names the new endpoint, for what serves and for the way back, and both endpoints change hands. The
 * former endpoint is the model's until it is deleted, so that nobody else is promoted to it before that. The epoch goes
 * on, because the same release serves.
 */
export const flipEndpoint = ({ move, pointer, current, from, to, now }: Flip): Change => {
  const { endpointConfigName, modelName } = move;
  if (endpointConfigName === undefined) throw new Error(`${moveId(move)} has no endpoint configuration`);
  const flipped: Pointer = { ...pointer, endpointName: move.toEndpointName, endpointConfigName };
  const actor: Actor = { id: move.initiatedBy, role: move.actorRole, auth: move.actorAuth };
  const about = saidOf(move, 'moved');
  return {
    model: modelName,
    event: releaseEvent(current, actor, {
      ...about,
      details: { ...about.details, endpoint_config: endpointConfigName },
      event_type: 'endpoint_moved',
      reason: move.reason,
    }),
    writes: [
      { kind: 'replace', entity: flipped },
      { kind: 'expect', entity: current },
      { kind: 'replace', entity: { ...move, status: 'moved', updatedAt: now } },
      inStatus(from, 'leaving', { endpointName: move.fromEndpointName, modelName }, now),
      inStatus(to, 'owned', { endpointName: move.toEndpointName, modelName }, now),
    ],
    intents: [published('Endpoint Moved', current)],
  };
};

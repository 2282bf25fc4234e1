import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/**
 * Moves what a model serves to another endpoint. One for each model: the last. Until `settledAt` one of the two endpoints
 * may still have to be deleted, and no other move is requested.
 */
export const EndpointMove = stored({
  entity: z.literal('endpoint_move'),
  version: z.int().min(0),
  modelName: ModelName,
  /** Counts the moves of the model. Executions are for one of them. */
  number: z.int().min(1),
  /** `requested`, `moved` or `refused`. */
  status: Word,
  /** What was in production when the move was requested, and the epoch of its flip. */
  releaseId: ReleaseId,
  epoch: z.int().min(1),
  fromEndpointName: z.string(),
  toEndpointName: z.string(),
  /** What the new endpoint serves from. Absent until it is ordered: an endpoint that is there before was made by others. */
  endpointConfigName: z.string().optional(),
  initiatedBy: z.string().min(1).max(2048),
  actorRole: z.string(),
  actorAuth: z.string(),
  reason: z.string().min(1).max(1024),
  requestedAt: Instant,
  updatedAt: Instant,
  /** When the endpoint that nothing needs any more was gone. */
  settledAt: Instant.optional(),
  /** When an execution broke that was to delete it. */
  faultedAt: Instant.optional(),
  /** The execution that was started for it last. Absent if a former version started it. */
  execution: z.exactOptional(z.string()),
});
export type EndpointMove = z.infer<typeof EndpointMove>;
export const endpointMoveKind = defineKind(EndpointMove, { partition: 'MOVE', of: ['modelName'], sort: 'MOVE' });

/** Whether the move has yet to flip the pointer. A status that only another version knows may be a step before that. */
export const isMoving = ({ status }: EndpointMove): boolean => status !== 'moved' && status !== 'refused';

/** What a move under way is doing. */
export const movingReason = ({ modelName, fromEndpointName, toEndpointName, requestedAt }: EndpointMove): string =>
  `${modelName} has been moving from ${fromEndpointName} to ${toEndpointName} since ${requestedAt}`;

/** The endpoint that nothing needs any more: the former one after the flip, otherwise the new one. */
export const endpointToClose = ({ status, fromEndpointName, toEndpointName }: EndpointMove): string =>
  status === 'moved' ? fromEndpointName : toEndpointName;

/** Why nothing is promoted to an endpoint now: the pointer may move at any moment, or the endpoint is being deleted. */
export const moveProblem = (move: EndpointMove | undefined, endpointName: string): string | undefined => {
  if (move === undefined || move.settledAt !== undefined) return undefined;
  if (isMoving(move)) return movingReason(move);
  return endpointToClose(move) === endpointName ? `${endpointName} is being deleted` : undefined;
};

/** Two hours: the new endpoint needs minutes, as an update does. */
const PATIENCE_MS = 2 * HOUR_MS;

/** Whether a move may go on waiting for SageMaker. It never waits for ever. */
export const mayWaitOn = ({ updatedAt }: EndpointMove, now: Instant): boolean =>
  millisecondsOf(now) - millisecondsOf(updatedAt) < PATIENCE_MS;

/** An execution writes to its move at least this often, unless somebody stopped it. */
const SILENCE_MAX_MS = 3 * HOUR_MS;

/** Whether nobody works on the move any more, so that it needs another execution to end. */
export const isStuck = ({ settledAt, faultedAt, updatedAt }: EndpointMove, now: Instant): boolean =>
  settledAt === undefined &&
  (faultedAt !== undefined || millisecondsOf(now) - millisecondsOf(updatedAt) >= SILENCE_MAX_MS);

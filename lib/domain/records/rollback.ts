import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { defineKind } from '../record-kind.ts';
import type { Reason } from '../release/release.ts';
import { stored, Word } from '../stored.ts';

/**
 * A requested rollback. Its id is made of the model and the epoch of the pointer, so there is one per epoch, however
 * many alarms request it.
 */
export const Rollback = stored({
  entity: z.literal('rollback'),
  version: z.int().min(0),
  rollbackId: z.string(),
  modelName: ModelName,
  epoch: z.int().min(1),
  fromReleaseId: ReleaseId,
  /** Empty if nothing is to serve afterwards. */
  toReleaseId: ReleaseId.or(z.literal('')),
  status: Word,
  initiatedBy: z.string().min(1).max(2048),
  actorRole: z.string(),
  actorAuth: z.string(),
  reason: z.string().min(1).max(1024),
  linkedIncident: z.string().max(256),
  requestedAt: Instant,
  executedAt: Instant.optional(),
  endpointConfigName: z.string().optional(),
  /** When its switch was ordered. Absent before that, of a rollback to nothing, and if a former version ordered it. */
  switchOrderedAt: z.exactOptional(Instant),
  /** What the endpoint was found to serve, of a rollback that takes it down for that: this is deleted, whatever it is. */
  quarantined: z.string().optional(),
  /** When it went on record that the endpoint does not serve again what is in production. A new request begins without it. */
  givenUpAt: Instant.optional(),
  /** The execution that the last request started. Absent if a former version started it. */
  execution: z.exactOptional(z.string()),
});
export type Rollback = z.infer<typeof Rollback>;
/** What a rollback goes back to if no release is to serve afterwards. */
export const NOTHING = '';

export const rollbackKind = defineKind(Rollback, { partition: 'ROLLBACK', of: ['rollbackId'], sort: 'META' });

/**
 * Whether the rollback has yet to end. A status that only another version knows may be an intermediate step, so it
 * counts.
 */
export const isUnderWay = (rollback: Rollback | undefined): rollback is Rollback =>
  rollback !== undefined && rollback.status !== 'executed' && rollback.status !== 'refused';

/**
 * Whether the endpoint may still head for the fallback of a refused rollback. It is the one of the pointer, which has to stay there
 * until that is undone.
 */
export const isRestoring = (rollback: Rollback, now: Instant): boolean =>
  rollback.status === 'refused' &&
  rollback.endpointConfigName !== undefined &&
  rollback.givenUpAt === undefined &&
  mayWait(rollback, 'restoration', now);

export const rollbackId = (modelName: string, epoch: number): string => `rollback-${modelName}-${epoch}`;

/**
 * Until how many hours after the request a rollback waits for each thing. Endpoint updates take minutes; people must learn
 * in time that nothing has happened yet. Each limit leaves an hour for what follows.
 */
const PATIENCE_HOURS = {
  /** For an endpoint that is being updated to something else. */
  order: 1,
  /** For the update to the fallback. */
  switch: 2,
  /** For the update back to what is in production, after a refusal. */
  restoration: 3,
  /** For any sign of its execution. */
  execution: 4,
};

/** Whether a rollback may still wait for that. It never waits for ever. */
export const mayWait = (rollback: Rollback, what: keyof typeof PATIENCE_HOURS, now: Instant): boolean =>
  millisecondsOf(now) - begunMs(rollback) < PATIENCE_HOURS[what] * HOUR_MS;

/** An order that had to wait for a strategy to end comes late, and what follows it has its time all the same. */
const begunMs = ({ requestedAt, switchOrderedAt = requestedAt }: Rollback): number =>
  Math.max(millisecondsOf(requestedAt), millisecondsOf(switchOrderedAt) - PATIENCE_HOURS.order * HOUR_MS);

/** A strategy may take eight hours. SageMaker may then go back from it, or change the endpoint by itself, for one more. */
const BUSY_HOURS = 10;

/**
 * What a rollback does about an endpoint that is being changed. SageMaker takes no other order before that ends, which is expected by
 * `endsBy`: the rollback waits an hour beyond it. What keeps it waiting may have begun after it was asked for, and each has its time: a
 * strategy is followed by the way back from it, an order that SageMaker did not take by what came before it.
 */
export const whileBusy = (
  rollback: Rollback,
  endsBy: Instant | undefined,
  now: Instant,
): 'busy' | 'still_busy' | 'late' => {
  if (mayWait(rollback, 'order', now)) return 'busy';
  const isExpected = endsBy !== undefined && hoursSince(endsBy, now) < PATIENCE_HOURS.order;
  return isExpected && hoursSince(rollback.requestedAt, now) < BUSY_HOURS ? 'still_busy' : 'late';
};

/**
 * Whether an order is on record as the one that is given now. It is noted anew where a former execution noted it, or SageMaker did not take
 * it for so long that there is no time left for what follows.
 */
export const isOrderNoted = (rollback: Rollback, endpointConfigName: string, now: Instant): boolean =>
  rollback.endpointConfigName === endpointConfigName &&
  rollback.switchOrderedAt !== undefined &&
  hoursSince(rollback.switchOrderedAt, now) < PATIENCE_HOURS.order / 2;

const hoursSince = (instant: Instant, now: Instant): number =>
  (millisecondsOf(now) - millisecondsOf(instant)) / HOUR_MS;

/**
 * Whether an execution may still be working on a rollback. One that was stopped by hand, or never started, leaves no
 * reason behind: after a while the rollback can be requested again.
 */
export const hasExecution = (rollback: Rollback | undefined, now: Instant): boolean =>
  isUnderWay(rollback) && mayWait(rollback, 'execution', now);

/** Why a rollback stops waiting for its own update. */
export const lateReason = (endpointName: string): Reason => ({
  rule: 'endpoint',
  evidence: '',
  explanation: `endpoint ${endpointName} was not updated to the fallback within two hours`,
});

/** Why a rollback stops waiting for the update of somebody else. */
export const busyReason = (endpointName: string): Reason => ({
  rule: 'endpoint',
  evidence: '',
  explanation: `endpoint ${endpointName} has been updating to another configuration for an hour beyond what that may take, and accepts no change`,
});

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

export const rollbackId = (modelName: string, epoch: number): string => `rollback-${modelName}-${epoch}`;

/** Endpoint updates take minutes. After an hour of waiting, people must learn that nothing has happened yet. */
const PATIENCE_MS = HOUR_MS;

/**
 * Whether a rollback may still wait for an endpoint that is being updated to something else. It never waits for ever.
 */
export const mayWait = (rollback: Rollback, now: Instant): boolean =>
  millisecondsOf(now) - millisecondsOf(rollback.requestedAt) < PATIENCE_MS;

/** Why a rollback stops waiting. */
export const busyReason = (endpointName: string): Reason => ({
  rule: 'endpoint',
  evidence: '',
  explanation: `endpoint ${endpointName} has been updating to another configuration for an hour and accepts no change`,
});

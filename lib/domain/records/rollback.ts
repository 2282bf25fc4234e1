import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import { defineKind } from '../record-kind.ts';
import type { Reason } from '../release/release.ts';
import { stored, Word } from '../stored.ts';

/**
 * A rollback that was asked for. There is one for a model and a pointer epoch, however many alarms ask: its id is made
 * of both.
 */
export const Rollback = stored({
  entity: z.literal('rollback'),
  version: z.int().min(0),
  rollbackId: z.string(),
  modelName: ModelName,
  epoch: z.int().min(1),
  fromReleaseId: ReleaseId,
  toReleaseId: ReleaseId,
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
export const rollbackKind = defineKind(Rollback, { partition: 'ROLLBACK', of: ['rollbackId'], sort: 'META' });

/** A status that only another version knows may be a step on the way, and is waited for. */
export const isUnderWay = (rollback: Rollback | undefined): rollback is Rollback =>
  rollback !== undefined && rollback.status !== 'executed' && rollback.status !== 'refused';

export const rollbackId = (modelName: string, epoch: number): string => `rollback-${modelName}-${epoch}`;

/** Updates of endpoints take minutes. Longer than an hour, and people have to know that nothing has happened yet. */
const PATIENCE_MS = HOUR_MS;

/** Whether a rollback may wait for an endpoint that is on its way to something else; it never does so for ever. */
export const mayWait = (rollback: Rollback, now: Instant): boolean =>
  millisecondsOf(now) - millisecondsOf(rollback.requestedAt) < PATIENCE_MS;

/** Why a rollback waits no longer. */
export const busyReason = (endpointName: string): Reason => ({
  rule: 'endpoint',
  evidence: '',
  explanation: `endpoint ${endpointName} has been updating to another configuration for an hour and accepts no change`,
});

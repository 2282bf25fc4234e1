import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** An operator who agreed that the model may be promoted again, and the incident that was dealt with. */
export const HoldConsent = stored({
  operatorId: z.string().min(1).max(2048),
  reason: z.string().min(1).max(1024),
  linkedIncident: z.string().min(1).max(256),
  givenAt: Instant,
});
export type HoldConsent = z.infer<typeof HoldConsent>;

/** After a rollback nothing of its model is promoted until people say so. One for each model: that of the last rollback. */
export const Hold = stored({
  entity: z.literal('hold'),
  version: z.int().min(0),
  modelName: ModelName,
  status: Word,
  rollbackId: z.string(),
  /** The release that was rolled back. */
  fromReleaseId: ReleaseId,
  /** Who asked for the rollback, and therefore does not release the hold. */
  initiatedBy: z.string().min(1).max(2048),
  heldSince: Instant,
  operatorsNeeded: z.int().min(1),
  consents: z.array(HoldConsent),
  releasedAt: Instant.optional(),
});
export type Hold = z.infer<typeof Hold>;
export const holdKind = defineKind(Hold, { partition: 'HOLD', of: ['modelName'], sort: 'HOLD' });

/** Whether nothing of the model may be promoted. A status that only another version knows does not let anything pass. */
export const isHeld = (hold: Hold | undefined): hold is Hold => hold !== undefined && hold.status !== 'released';

/** Why nothing of the model may be promoted now. */
export const heldReason = ({ modelName, heldSince, rollbackId }: Hold): string =>
  `${modelName} is held since ${heldSince} by rollback ${rollbackId}; operators release the hold when its incident is dealt with`;

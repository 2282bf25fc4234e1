import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored, Word } from '../stored.ts';

/** A condition of an approval was not met in time. */
export const CONDITION_OVERDUE = 'condition_overdue';
/** Somebody rejected the package of a release in the model registry. A release has one such row at most. */
export const REJECTED_BY_HAND = 'rejected_by_hand';
/** A check that had passed does not pass any more, judged again by other code. */
export const REVERIFICATION_FAILED = 'reverification_failed';

/**
 * Why the approval of a release is not in force for the time being. There is one for each cause. It is created, and lifted,
 * together with a change of its release.
 */
export const Suspension = stored({
  entity: z.literal('suspension'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  /** What caused it, within its kind: the id of the condition, or the name of the check. */
  causeId: z.string().min(1).max(80),
  kind: Word,
  modelName: ModelName,
  status: Word,
  reason: z.string().min(1).max(1024),
  since: Instant,
  liftedAt: Instant.optional(),
  liftedBy: z.string().min(1).max(2048).optional(),
});
export type Suspension = z.infer<typeof Suspension>;
export const suspensionKind = defineKind(Suspension, {
  partition: 'SUSPENSIONS',
  of: ['releaseId'],
  sort: 'SUSPENSION',
  by: ['kind', 'causeId'],
});

/** Whether it still suspends the approval. A status that only another version knows does not let anything pass. */
export const isSuspending = ({ status }: Pick<Suspension, 'status'>): boolean => status !== 'lifted';

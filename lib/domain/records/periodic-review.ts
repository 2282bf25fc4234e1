import * as z from 'zod';
import { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';

/** The last review that people made of what a model serves. */
export const PeriodicReview = stored({
  entity: z.literal('periodic_review'),
  version: z.int().min(0),
  modelName: ModelName,
  releaseId: ReleaseId,
  reviewedAt: Instant,
  reviewedBy: z.string().min(1).max(2048),
  reason: z.string().min(1).max(1024),
});
export type PeriodicReview = z.infer<typeof PeriodicReview>;
export const periodicReviewKind = defineKind(PeriodicReview, { partition: 'REVIEW', of: ['modelName'], sort: 'LAST' });

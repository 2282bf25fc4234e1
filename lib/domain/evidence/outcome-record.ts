import * as z from 'zod';
import { ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';
import type { OutcomeCounts } from './predictions/predictions.ts';

const Count = z.int().min(0);

/**
 * How often the model decided in favor of each group. Stored with the release, so that approvers can see it as a
 * chart.
 */
export const OutcomeRecord = stored({
  entity: z.literal('outcomes'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  predictionsSha256: Sha256,
  groups: z.array(stored({ attribute: z.string(), value: z.string(), count: Count, favorable: Count })),
});
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;
export const outcomesKind = defineKind(OutcomeRecord, { partition: 'CHECKS', of: ['releaseId'], sort: 'OUTCOMES' });

export const outcomeRecord = (
  releaseId: ReleaseId,
  predictionsSha256: Sha256,
  counts: OutcomeCounts,
): OutcomeRecord => ({
  entity: 'outcomes',
  version: 0,
  releaseId,
  predictionsSha256,
  groups: counts.groups.map(({ attribute, value, count, favorable }) => ({ attribute, value, count, favorable })),
});

import * as z from 'zod';
import { ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';
import { INTERSECTION, type OutcomeCounts, type OutcomeGroup } from './predictions/predictions.ts';

const Count = z.int().min(0);

/** An item of the table has 400 KB. Nobody reads more groups than these on a page. */
const GROUPS_WHOLE = 200;

/** What rates of those who deserved the favorable outcome, and of those who did not, are taken from. */
const OfLabelled = {
  labelled: Count.optional(),
  actualFavorable: Count.optional(),
  truePositive: Count.optional(),
  falsePositive: Count.optional(),
  // Written out: what is counted may grow, and an item that was stored before lacks what came later.
  weights: stored({
    ...{ count: z.string(), favorable: z.string(), labelled: z.string() },
    ...{ actualFavorable: z.string(), truePositive: z.string(), falsePositive: z.string() },
  }).optional(),
  squares: stored({ count: z.number(), actualFavorable: z.number(), actualOther: z.number() }).optional(),
};

/**
 * How the model decided about each group. Stored with the release, so that approvers see it as a chart, and the next release
 * is compared with it. The first groups of one attribute have all that their rates are taken from; none that a former version
 * stored has.
 */
export const OutcomeRecord = stored({
  entity: z.literal('outcomes'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  predictionsSha256: Sha256,
  groups: z.array(stored({ attribute: z.string(), value: z.string(), count: Count, favorable: Count, ...OfLabelled })),
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
  groups: keptOf(counts.groups),
});

const keptOf = (groups: readonly OutcomeGroup[]): OutcomeRecord['groups'] => {
  const whole = new Set(groups.filter(({ attribute }) => !attribute.includes(INTERSECTION)).slice(0, GROUPS_WHOLE));
  return groups.map((group) => {
    const { attribute, value, count, favorable, missingPredictions: _, missingLabels: __, ...ofLabelled } = group;
    return { attribute, value, count, favorable, ...(whole.has(group) ? ofLabelled : {}) };
  });
};

import * as z from 'zod';
import { byTurns } from '../by-turns.ts';
import { ReleaseId, Sha256 } from '../identifiers.ts';
import { defineKind } from '../record-kind.ts';
import { stored } from '../stored.ts';
import { INTERSECTION, type OutcomeCounts, type OutcomeGroup } from './predictions/predictions.ts';

const Count = z.int().min(0);

/** An item of the table has 400 KB, of which the names of all groups take a quarter. */
const GROUPS_WHOLE = 1000;

/** What rates of those who deserved the favorable outcome, and of those who did not, are taken from. */
const OfLabelled = {
  labelled: Count.optional(),
  actualFavorable: Count.optional(),
  truePositive: Count.optional(),
  falsePositive: Count.optional(),
  // Former versions wrote these two, and nothing reads them: each row counts once.
  weights: stored({
    ...{ count: z.string(), favorable: z.string(), labelled: z.string() },
    ...{ actualFavorable: z.string(), truePositive: z.string(), falsePositive: z.string() },
  }).optional(),
  squares: stored({ count: z.number(), actualFavorable: z.number(), actualOther: z.number() }).optional(),
};

/** Of all rows of the table: who adds up the groups of an attribute misses the rows that have no value of it. */
const Totals = stored({
  rows: Count,
  /** Rows that lack a value. */
  missing: stored({ predictions: Count, labels: Count, attributes: z.record(z.string(), Count) }),
  // Written out: what is counted may grow, and an item that was stored before lacks what came later.
  ...{ count: Count, favorable: Count, labelled: Count, actualFavorable: Count },
  ...{ truePositive: Count, falsePositive: Count },
});

/** Of each column that was counted, the type that the file gives it: text has none, so it is the format that says what its cells are. */
const Schema = stored({ format: z.string(), columns: z.array(stored({ name: z.string(), type: z.string() })) });

/**
 * How the model decided about each group. Stored with the release, so that approvers see it as a chart, and the next release
 * is compared with it. Groups of one attribute have all that their rates are taken from, as many as there is room for; none
 * that the first versions stored has.
 */
export const OutcomeRecord = stored({
  entity: z.literal('outcomes'),
  version: z.int().min(0),
  releaseId: ReleaseId,
  predictionsSha256: Sha256,
  groups: z.array(stored({ attribute: z.string(), value: z.string(), count: Count, favorable: Count, ...OfLabelled })),
  /** Former versions kept none. */
  totals: z.exactOptional(Totals),
  /** Of the table that was counted. Former versions did not note it. */
  schema: z.exactOptional(Schema),
});
export type OutcomeTotals = z.infer<typeof Totals>;
export type OutcomeSchema = z.infer<typeof Schema>;
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;
export const outcomesKind = defineKind(OutcomeRecord, { partition: 'CHECKS', of: ['releaseId'], sort: 'OUTCOMES' });

type Counted = { readonly releaseId: ReleaseId; readonly predictionsSha256: Sha256; readonly counts: OutcomeCounts };

export const outcomeRecord = (
  { releaseId, predictionsSha256, counts }: Counted,
  /** Whether a check judges the groups of an attribute: these are kept whole before all others. */
  isJudged: (attribute: string) => boolean,
): OutcomeRecord => ({
  entity: 'outcomes',
  version: 0,
  releaseId,
  predictionsSha256,
  groups: keptOf(counts.groups, isJudged),
  totals: { rows: counts.rows, missing: counts.missing, ...counts.all },
  ...(counts.schema && { schema: counts.schema }),
});

const keptOf = (groups: readonly OutcomeGroup[], isJudged: (attribute: string) => boolean): OutcomeRecord['groups'] => {
  // The largest of an attribute come first: a rate over a few rows is none.
  const largest = groups
    .filter(({ attribute }) => !attribute.includes(INTERSECTION))
    .toSorted((a, b) => b.count - a.count);
  const whole = new Set(
    byTurns(largest, GROUPS_WHOLE, { attributeOf: ({ attribute }) => attribute, isFirst: isJudged }),
  );
  return groups.map((group) => {
    const { attribute, value, count, favorable, labelled, actualFavorable, truePositive, falsePositive } = group;
    const ofLabelled = { labelled, actualFavorable, truePositive, falsePositive };
    return { attribute, value, count, favorable, ...(whole.has(group) ? ofLabelled : {}) };
  });
};

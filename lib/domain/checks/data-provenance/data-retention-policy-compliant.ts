import * as z from 'zod';
import type { DataProvenance, Dataset } from '../../evidence/data-provenance.ts';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, judgeRead, listed, notProvided, sayUnless } from '../finding.ts';

/**
 * Establishes that the data are kept no longer than the policy allows, and that a review of their retention is planned.
 */
export const dataRetentionPolicyCompliant = defineCheck({
  name: 'data_retention_policy_compliant',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['dataProvenance'],
  parameters: z.strictObject({ maximum_retention_days: z.int().min(1).max(36_500).default(3650) }),
  judge: ({ dataProvenance }, { maximum_retention_days: maximum }) => {
    const threshold = `at most ${maximum} days, with a review date after the collection`;
    return judgeRead(dataProvenance, 'data provenance', threshold, ({ retention, datasets }) => {
      const { retention_days: days, review_date: review } = retention ?? {};
      const lacking = findGaps(retention);
      if (days === undefined || review === undefined || lacking.length > 0) {
        return notProvided(threshold, `The retention is not documented. Add ${listed(lacking)}.`);
      }
      const passed = `The data are kept for ${days} days, at most ${maximum} are allowed; next review ${review}.`;
      return conclude(threshold, `${days} days`, passed, [
        ...durationProblems(days, maximum),
        ...reviewProblems(review, datasets),
      ]);
    });
  },
});

const findGaps = (retention: DataProvenance['retention']): string[] => [
  ...(isSaid(retention?.policy) ? [] : ['retention.policy']),
  ...(retention?.retention_days === undefined ? ['retention.retention_days'] : []),
  ...(retention?.review_date === undefined ? ['retention.review_date'] : []),
];

const durationProblems = (days: number, maximum: number): string[] => {
  if (days === 0)
    return ['A retention of 0 days is not a retention period. State for how many days the data are kept.'];
  return sayUnless(
    days <= maximum,
    `The data are kept for ${days} days; the policy allows ${maximum}. Shorten retention_days.`,
  );
};

/** Dates in ISO 8601 can be compared as text. */
const reviewProblems = (review: string, datasets: readonly Dataset[]): string[] => {
  const ends = datasets.map(({ collected }) => collected?.to ?? collected?.from ?? '');
  const latest = ends.sort().at(-1) ?? '';
  return sayUnless(
    review > latest,
    `The review date ${review} is not after the collection, which ended ${latest}. Plan a review.`,
  );
};

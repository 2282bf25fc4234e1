/**
 * What a policy may say about doubt, for each check that compares groups, and how a verdict words it. A policy that says
 * nothing decides on what was measured, as before there was a choice, and keeps its digest.
 */
import * as z from 'zod';
import {
  type Comparison,
  type Judged,
  type Limit,
  timesThatDecide,
} from '../../evidence/fairness/decide-on-interval.ts';

export const DECIDE_ON = z.enum(['point', 'interval']);

export const doubtParameters = {
  /** The measured number, or its 95 % interval: one that straddles the threshold is inconclusive. `point` if omitted. */
  decide_on: z.exactOptional(DECIDE_ON),
  /** Whether the intervals of several comparisons are widened together. `none` if omitted. */
  multiple_groups: z.exactOptional(z.enum(['none', 'holm'])),
};
export type DoubtParameters = z.infer<z.ZodObject<typeof doubtParameters>>;

export const decidesOnInterval = ({ decide_on }: DoubtParameters): boolean => decide_on === 'interval';

/** The threshold as a verdict gives it, with how it is decided on where a policy says so. */
export const thresholdOn = (threshold: string, parameters: DoubtParameters): string =>
  decidesOnInterval(parameters) ? `${threshold}, by the 95 % interval` : threshold;

/** How the verdict was reached, for the end of its explanation. */
export const decisionInWords = (parameters: DoubtParameters, comparisons: number): string => {
  const on = decidesOnInterval(parameters) ? 'Decided on the interval' : 'Decided on the point, not on the interval';
  const many = comparisons === 1 ? '1 comparison' : `${comparisons} comparisons`;
  const adjusted = parameters.multiple_groups === 'holm' ? 'intervals adjusted by Holm' : 'intervals not adjusted';
  return comparisons === 0 ? `${on}.` : `${on}; ${many}, ${adjusted}.`;
};

/** How many rows of each of the two groups would decide, were their rates the same. */
export const rowsThatDecide = (
  judged: Judged<Comparison>,
  limit: Limit,
  groups: readonly { readonly name: string; readonly rows: number }[],
): string => {
  const times = timesThatDecide(judged, limit);
  if (times === undefined) return 'On no number of rows would rates like these decide.';
  const rows = groups.map(({ name, rows: of }) => `${Math.ceil(of * times)} of ${name}`);
  return `With the same rates, about ${rows.join(' and ')} rows would decide.`;
};

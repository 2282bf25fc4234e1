/** How an explanation names an interval, and how it is found there again: verdicts are kept in words. */
import type { Interval } from '../evidence/fairness/intervals.ts';

export const intervalInWords = ({ lower, upper }: Interval): string =>
  `95 % interval ${lower.toFixed(4)} to ${upper.toFixed(4)}`;

const IN_WORDS = /95 % interval (-?\d+\.\d{4} to -?\d+\.\d{4})/g;

/** The bounds of each interval that an explanation names, in its order: `0.0312 to 0.1204`. */
export const intervalsNamed = (explanation: string): string[] =>
  [...explanation.matchAll(IN_WORDS)].map(([, bounds]) => String(bounds));

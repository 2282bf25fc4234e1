/** On which side of a limit the truth lies, as far as so many rows can tell, for one comparison of groups or for many. */
import { ERROR, type Interval, Z_95 } from './intervals.ts';
import { bisect, twoSidedZ, Z_MAX } from './normal.ts';

export type Bound = 'maximum' | 'minimum';
export type Limit = { readonly kind: Bound; readonly value: number };

/** How the error of several comparisons is bounded: each for itself, or all of them together. */
export type Adjustment = 'none' | 'holm';

/** One comparison: its interval of a width, and what that would be on so many times the rows. */
export type Comparison = { readonly intervalAt: (z: number, times?: number) => Interval };

/** `open` if the interval straddles the limit: then the truth may be on either side. */
export type Side = 'met' | 'missed' | 'open';
export type Judged<C extends Comparison> = {
  readonly comparison: C;
  readonly z: number;
  readonly interval: Interval;
  readonly side: Side;
};

/**
 * Establishes for each comparison whether its interval is clear of the limit. With `holm`, the intervals are so wide that
 * 95 times in 100 not one of them is clear on the wrong side (Holm 1979): the clearest comparison of m has an error of
 * 0.05/m, the next one of 0.05/(m − 1), and from the first that is not clear on all have the width of that one.
 */
export const judgeIntervals = <C extends Comparison>(
  comparisons: readonly C[],
  limit: Limit,
  adjustment: Adjustment,
): Judged<C>[] => {
  if (adjustment === 'none') return comparisons.map((comparison) => judgeAt(comparison, limit, Z_95));
  const order = comparisons
    .map((comparison, index) => ({ comparison, index, clearUntil: clearUntil(comparison, limit) }))
    .sort((a, b) => b.clearUntil - a.clearUntil);
  let [z, isOpen] = [Z_MAX, false];
  const judged = order.map(({ comparison, index }, rank) => {
    if (!isOpen) z = twoSidedZ(ERROR / (comparisons.length - rank));
    const one = judgeAt(comparison, limit, z);
    isOpen ||= one.side === 'open';
    return { one, index };
  });
  return judged.sort((a, b) => a.index - b.index).map(({ one }) => one);
};

const judgeAt = <C extends Comparison>(comparison: C, limit: Limit, z: number): Judged<C> => {
  const interval = comparison.intervalAt(z);
  return { comparison, z, interval, side: sideOf(interval, limit) };
};

const sideOf = ({ lower, upper }: Interval, { kind, value }: Limit): Side => {
  const [isBelow, isAbove] = kind === 'maximum' ? [upper <= value, lower > value] : [upper < value, lower >= value];
  if (isBelow) return kind === 'maximum' ? 'met' : 'missed';
  if (isAbove) return kind === 'maximum' ? 'missed' : 'met';
  return 'open';
};

/** The widest interval that is clear of the limit. */
const clearUntil = ({ intervalAt }: Comparison, limit: Limit): number =>
  bisect(0, Z_MAX, (z) => sideOf(intervalAt(z), limit) === 'open');

/** Nobody collects more rows than this many times those that there are. */
const TIMES_MAX = 1_000_000;

/** How many times the rows would decide, were the rates the same; undefined if no such number would. */
export const timesThatDecide = ({ comparison, z }: Judged<Comparison>, limit: Limit): number | undefined => {
  const isClear = (times: number) => sideOf(comparison.intervalAt(z, times), limit) !== 'open';
  return isClear(TIMES_MAX) ? bisect(1, TIMES_MAX, isClear) : undefined;
};

import { changedIn, type Decisions } from '../predictions/decisions.ts';
import { normalShare } from './normal.ts';

/** Up to so many changed decisions the test is exact; above, the χ² distribution is as good. */
const EXACT_MAX = 1000;

/**
 * McNemar's test: how likely so uneven a change is if yes turned to no as often as no to yes. Two-sided; exact, and with
 * Edwards' continuity correction on χ² where the changes are many. Undefined if nothing has changed.
 */
export const mcnemar = (decisions: Decisions): number | undefined => {
  const changed = changedIn(decisions);
  if (changed === 0) return undefined;
  const { yesToNo, noToYes } = decisions;
  if (changed <= EXACT_MAX) return Math.min(1, 2 * binomialShare(Math.min(yesToNo, noToYes), changed));
  const z = Math.max(0, Math.abs(yesToNo - noToYes) - 1) / Math.sqrt(changed);
  return 2 * normalShare(-z);
};

/** The probability of at most `most` heads in `times` tosses of a fair coin. */
const binomialShare = (most: number, times: number): number => {
  let [sum, term] = [0, 0.5 ** times];
  for (let heads = 0; heads <= most; heads += 1) {
    sum += term;
    term *= (times - heads) / (heads + 1);
  }
  return sum;
};

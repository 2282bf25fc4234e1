/**
 * Whether a rate has drifted from the one that people approved, by looks that go on for years (ADR 0062). However often somebody
 * looks, and whatever the rate is, the probability of any false alarm within a year is at most 5 %: each look may err with a share
 * of that which is its share of the year, and its two tests are exact.
 */
import type { Instant } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { DriftState } from '../records/monitored.ts';

/** So many of these rows had the outcome. */
export type Counted = { readonly rows: number; readonly hits: number };

const FALSE_ALARMS_A_YEAR = 0.05;
const YEAR_MS = 365 * DAY_MS;
/** Two weekly looks, or as many others as fall into the same time. */
const WINDOW_DAYS = 14;

export type DriftLook = Counted & {
  readonly at: Instant;
  /** When the first look could begin: since when the release serves. */
  readonly from: Instant;
  /** Its rows were answered between these. */
  readonly measuredFrom: Instant;
  readonly measuredUntil: Instant;
};

export type DriftVerdict = {
  readonly state: DriftState;
  /** The live rate minus the approved one, of the test that says more. */
  readonly difference: number;
  /** How likely so large a difference is without a drift, and how unlikely it has to be. */
  readonly pValue: number;
  readonly bound: number;
};

/**
 * One more look: what it counted is compared by itself, and together with what was counted in the two weeks before, unless some of its rows
 * may be among those: no row counts twice. Undefined for one that is not later than the last, or counted nothing.
 */
export const lookForDrift = (
  former: DriftState | undefined,
  look: DriftLook,
  approved: Counted,
): DriftVerdict | undefined => {
  const spentMs = millisecondsOf(look.at) - millisecondsOf(former?.until ?? look.from);
  if (spentMs <= 0 || look.rows === 0 || approved.rows === 0) return undefined;
  const bound = (FALSE_ALARMS_A_YEAR * Math.min(1, spentMs / YEAR_MS)) / 2;
  const countedUntil = former && (former.countedUntil ?? former.until);
  const isCounted = countedUntil !== undefined && look.measuredFrom < countedUntil;
  const days = daysWith(former?.days ?? [], isCounted ? { ...look, rows: 0, hits: 0 } : look);
  const alone = testOf(look, approved);
  const together = isCounted ? alone : testOf(days.reduce(added, { rows: 0, hits: 0 }), approved);
  const said = together.pValue < alone.pValue ? together : alone;
  const state = {
    until: look.at,
    days,
    countedUntil: isCounted ? countedUntil : look.measuredUntil,
    isDrifting: said.pValue <= bound,
  };
  return { state, bound, ...said };
};

const testOf = (live: Counted, approved: Counted) => ({
  pValue: exactTest(live, approved),
  difference: gap(live, approved),
});

const daysWith = (before: DriftState['days'], { at, rows, hits }: DriftLook): DriftState['days'] => {
  const day = at.slice(0, 10);
  const after = plusMilliseconds(at, -WINDOW_DAYS * DAY_MS).slice(0, 10);
  const same = before.find((one) => one.day === day) ?? { rows: 0, hits: 0 };
  const others = before.filter((one) => one.day !== day && one.day > after);
  return [...others, { day, ...added(same, { rows, hits }) }];
};

const added = (a: Counted, b: Counted): Counted => ({ rows: a.rows + b.rows, hits: a.hits + b.hits });

const gap = (a: Counted, b: Counted): number => a.hits / a.rows - b.hits / b.rows;

/**
 * Fisher's exact test of two rates, two-sided by doubling: how likely so uneven a split of all hits is where both rates are one.
 * It never errs more often than it says, at any rate and with any number of rows.
 */
export const exactTest = (a: Counted, b: Counted): number => {
  const [rows, hits] = [a.rows + b.rows, a.hits + b.hits];
  const isAbove = a.hits * rows > a.rows * hits;
  // From what was found outward, where each split is less likely than the one before.
  const end = isAbove ? Math.min(a.rows, hits) : Math.max(0, hits - b.rows);
  const step = isAbove ? 1 : -1;
  let term = Math.exp(logChoose(hits, a.hits) + logChoose(rows - hits, a.rows - a.hits) - logChoose(rows, a.rows));
  let sum = term;
  for (let x = a.hits; x !== end && term > sum * 1e-17; x += step) {
    const others = rows - hits - a.rows + x;
    term *= isAbove
      ? ((hits - x) * (a.rows - x)) / ((x + 1) * (others + 1))
      : (x * others) / ((hits - x + 1) * (a.rows - x + 1));
    sum += term;
  }
  return Math.min(1, 2 * sum);
};

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

const EXACT = Array.from({ length: 32 }, (_, n) =>
  Array.from({ length: n }, (__, i) => Math.log(i + 1)).reduce((sum, log) => sum + log, 0),
);

/** Stirling's series, from 32 on right to the last place of a double. */
const logFactorial = (n: number): number =>
  EXACT[n] ??
  n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);

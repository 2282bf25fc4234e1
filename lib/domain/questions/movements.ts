/** What gets better and worse against the release that is live, by how far that is beyond chance. */
import { addHalves, logError, rateError, type Sample } from '../evidence/fairness/intervals.ts';
import type { OutcomeTotals } from '../evidence/outcome-record.ts';
import { groupKey } from '../evidence/predictions/group-key.ts';
import type { FairnessLine } from './fairness-line.ts';
import type { GroupRates } from './group-rates.ts';
import { type Impact, impactsOf } from './impact.ts';
import {
  type Direction,
  directionOf,
  type Effect,
  effectOf,
  metricError,
  type RowsByKind,
} from './metric-direction.ts';

/** A number that moved. */
export type Movement = {
  /** The metric as its report names it, or what was counted. */
  readonly subject: string;
  /** Whether the numbers are those of the evaluation reports, and nobody counted them. */
  readonly isReported: boolean;
  readonly group?: { readonly attribute: string; readonly value: string };
  readonly before: number;
  readonly after: number;
  readonly effect: Effect;
  /**
   * How many standard errors of the difference it moved, as if both were measured on different people: on the same rows it
   * is more certain than this says. Undefined if nothing says on how many rows it was measured.
   */
  readonly errors: number | undefined;
};

export type Measured = {
  /** Of the evaluation report, if it could be read. */
  readonly metrics: Readonly<Record<string, number>> | undefined;
  readonly groups: readonly GroupRates[];
  /** Of all rows; undefined if a former version kept the counts, or there are none. */
  readonly totals: OutcomeTotals | undefined;
};

/** Metrics, and groups of judged attributes, first, each by standard errors; then the same of other attributes. */
export const movementsOf = (live: Measured, candidate: Measured, { isJudged }: FairnessLine): Movement[] =>
  [
    ...metricMovements(live, candidate),
    ...accuracyMovement(live, candidate),
    ...impactMovements(live, candidate),
    ...rateMovements(live, candidate),
  ]
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => Number(isFirst(b, isJudged)) - Number(isFirst(a, isJudged)) || sizeOf(b) - sizeOf(a));

const isFirst = ({ group }: Movement, isJudged: FairnessLine['isJudged']): boolean =>
  group === undefined || isJudged(group.attribute);

/** What cannot be said in standard errors comes after what can. */
const sizeOf = ({ errors }: Movement): number => Math.abs(errors ?? 0);

const metricMovements = (live: Measured, candidate: Measured): Movement[] => {
  const [was, is] = [live.metrics ?? {}, candidate.metrics ?? {}];
  const [rowsThen, rowsNow] = [rowsByKind(live), rowsByKind(candidate)];
  return Object.entries(is).flatMap(([subject, after]) => {
    const before = Object.hasOwn(was, subject) ? was[subject] : undefined;
    if (before === undefined) return [];
    const [then, now] = [metricError(subject, before, rowsThen), metricError(subject, after, rowsNow)];
    const error = then === undefined || now === undefined ? undefined : Math.hypot(then, now);
    const numbers = { subject, isReported: true, before, after };
    return [movement(numbers, { by: after - before, error, direction: directionOf(subject) })];
  });
};

const accuracyMovement = (live: Measured, candidate: Measured): Movement[] => {
  const [was, is] = [countedAccuracy(live.totals), countedAccuracy(candidate.totals)];
  if (was === undefined || is === undefined) return [];
  const numbers = { subject: ACCURACY, isReported: false, before: was.rate, after: is.rate };
  return [
    movement(numbers, {
      by: is.rate - was.rate,
      error: Math.hypot(rateError(was), rateError(is)),
      direction: 'higher',
    }),
  ];
};

export const ACCURACY = 'accuracy, counted';

/**
 * The share of the labelled rows that were decided as they deserved. It is never summed over groups: rows without a value of
 * an attribute are in none, and the submitter chooses which these are. Undefined if no row has a decision and a label.
 */
export const countedAccuracy = (totals: OutcomeTotals | undefined): Sample | undefined => {
  if (totals === undefined || totals.labelled === 0) return undefined;
  const { labelled: rows, actualFavorable, truePositive, falsePositive } = totals;
  return { rate: (truePositive + rows - actualFavorable - falsePositive) / rows, rows };
};

const rowsByKind = ({ totals }: Measured): RowsByKind | undefined =>
  totals && { deserving: totals.actualFavorable, undeserving: totals.labelled - totals.actualFavorable };

const impactMovements = (live: Measured, candidate: Measured): Movement[] => {
  const former = byKey(impactsOf(live.groups));
  return impactsOf(candidate.groups).flatMap((now) => {
    const was = former.get(groupKey(now));
    if (was === undefined) return [];
    const error = Math.hypot(
      ...[was, now].flatMap(({ selection, highest }) => [logError(selection), logError(highest.selection)]),
    );
    const by = logRatio(now) - logRatio(was);
    const { attribute, value } = now;
    const group = { attribute, value };
    const numbers = { subject: SELECTED, isReported: false, group, before: was.ratio, after: now.ratio };
    return [movement(numbers, { by, error, direction: isLevelledDown(was, now) ? undefined : 'higher' })];
  });
};

const SELECTED = 'selection rate, of the highest one';

/** A group that comes closer to the others only because all are selected less has gained nothing. */
const isLevelledDown = (was: Impact, now: Impact): boolean =>
  now.ratio > was.ratio && now.selection.rate < was.selection.rate;

const logRatio = ({ selection, highest }: Impact): number =>
  Math.log(addHalves(selection).rate / addHalves(highest.selection).rate);

const rateMovements = (live: Measured, candidate: Measured): Movement[] => {
  const former = byKey(live.groups);
  return candidate.groups.flatMap((now) => {
    const was = former.get(groupKey(now));
    return RATES.flatMap(({ rate, subject, direction }) => {
      const [before, after] = [was?.[rate], now[rate]];
      if (before === undefined || after === undefined) return [];
      const { attribute, value } = now;
      const group = { attribute, value };
      const numbers = { subject, isReported: false, group, before: before.rate, after: after.rate };
      const error = Math.hypot(rateError(before), rateError(after));
      return [movement(numbers, { by: after.rate - before.rate, error, direction })];
    });
  });
};

export const RATES = [
  // More people selected is good for them, and may be bad for who lends to them.
  { rate: 'selection', subject: 'selection rate', direction: undefined },
  { rate: 'truePositive', subject: 'true positive rate', direction: 'higher' },
  { rate: 'falsePositive', subject: 'false positive rate', direction: 'lower' },
] as const;

/** Two releases may spell the same people in two ways: `1` and `1.0`, `Race` and `race`. */
export const byKey = <T extends { readonly attribute: string; readonly value: string }>(groups: readonly T[]) =>
  new Map(groups.map((group) => [groupKey(group), group]));

type Step = { readonly by: number; readonly error: number | undefined; readonly direction: Direction };

const movement = (numbers: Omit<Movement, 'effect' | 'errors'>, { by, error, direction }: Step): Movement => ({
  ...numbers,
  effect: effectOf(direction, numbers.before, numbers.after),
  errors: error === undefined ? undefined : by / error,
});

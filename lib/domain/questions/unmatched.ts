/**
 * What was measured of one of two releases only, and what cannot be compared because one of them did not keep it. It is no
 * movement, and must not look as if nothing had changed.
 */
import { groupKey } from '../evidence/predictions/group-key.ts';
import { INTERSECTION } from '../evidence/predictions/predictions.ts';
import type { FairnessLine } from './fairness-line.ts';
import type { GroupRates } from './group-rates.ts';
import { ACCURACY, byKey, countedAccuracy, type Measured, RATES } from './movements.ts';

export type Lone = {
  /** The metric as its report names it, or what was counted. */
  readonly subject: string;
  readonly group?: { readonly attribute: string; readonly value: string };
  readonly measured: number;
};

type Lones = {
  /** Of the live release, and not of the candidate. */
  readonly gone: readonly Lone[];
  /** Of the candidate for the first time. */
  readonly come: readonly Lone[];
};

/** Counts that one of two records lacks. */
export type Unkept =
  | { readonly kind: 'counts' | 'accuracy' }
  /** The true and false positive rates of so many groups. */
  | { readonly kind: 'rates'; readonly attribute: string; readonly groups: number };

export type Unmatched = {
  /** Of the table of predictions; the judged attributes first, and of these the largest groups. */
  readonly counted: Lones;
  /** Of the evaluation report, which may claim as many metrics as it likes: they never stand in one list with counts. */
  readonly reported: Lones;
  readonly unkept: readonly Unkept[];
};

/** Groups that are not there, or have too few rows or labels for a rate, and metrics; not those of a report that cannot be read. */
export const unmatchedOf = (live: Measured, candidate: Measured, line: FairnessLine): Unmatched => ({
  counted: { gone: countedOnlyIn(live, candidate, line), come: countedOnlyIn(candidate, live, line) },
  reported: { gone: metricsOnlyIn(live, candidate), come: metricsOnlyIn(candidate, live) },
  unkept: unkeptOf(live, candidate),
});

const metricsOnlyIn = ({ metrics = {} }: Measured, { metrics: others }: Measured): Lone[] =>
  others === undefined
    ? []
    : Object.entries(metrics).flatMap(([subject, measured]) =>
        Object.hasOwn(others, subject) ? [] : [{ subject, measured }],
      );

/** A release of which nothing was counted has no groups to miss. */
const countedOnlyIn = (one: Measured, other: Measured, { isJudged }: FairnessLine): Lone[] => {
  if (other.groups.length === 0) return [];
  const others = byKey(other.groups);
  const inOrder = one.groups.toSorted(
    (a, b) => Number(isJudged(b.attribute)) - Number(isJudged(a.attribute)) || b.count - a.count,
  );
  return [
    ...accuracyOnlyIn(one, other),
    ...inOrder.flatMap((group) => ratesOnlyIn(group, others.get(groupKey(group)))),
  ];
};

const accuracyOnlyIn = ({ totals }: Measured, { totals: others }: Measured): Lone[] => {
  const counted = countedAccuracy(totals);
  return counted === undefined || others === undefined || countedAccuracy(others) !== undefined
    ? []
    : [{ subject: ACCURACY, measured: counted.rate }];
};

/** A group without a selection rate has no other one. */
const ratesOnlyIn = (group: GroupRates, other: GroupRates | undefined): Lone[] => {
  const { attribute, value } = group;
  const isGone = other?.selection === undefined;
  const asked = isGone ? RATES.filter(({ rate }) => rate === 'selection') : other.isWhole ? RATES : [];
  return asked.flatMap(({ rate, subject }) => {
    const measured = group[rate];
    return measured === undefined || other?.[rate] !== undefined
      ? []
      : [{ subject, group: { attribute, value }, measured: measured.rate }];
  });
};

/** A count that was not kept says nothing: neither that something moved, nor that it did not. */
const unkeptOf = (live: Measured, candidate: Measured): Unkept[] => {
  if (live.groups.length === 0 || candidate.groups.length === 0) return [{ kind: 'counts' }];
  const former = byKey(live.groups);
  // Of several attributes together, no record has labels.
  const ofOne = candidate.groups.filter(({ attribute }) => !attribute.includes(INTERSECTION));
  const cut = ofOne.filter((now) => {
    const was = former.get(groupKey(now));
    return was?.selection !== undefined && now.selection !== undefined && !(was.isWhole && now.isWhole);
  });
  return [
    ...(live.totals === undefined || candidate.totals === undefined ? [{ kind: 'accuracy' as const }] : []),
    ...[...Map.groupBy(cut, ({ attribute }) => attribute)].map(([attribute, groups]) => ({
      kind: 'rates' as const,
      attribute,
      groups: groups.length,
    })),
  ];
};

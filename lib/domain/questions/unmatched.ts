/** What was measured of one of two releases only. It is no movement, and must not look as if nothing had changed. */
import { groupKey } from '../evidence/predictions/group-key.ts';
import type { GroupRates } from './group-rates.ts';
import type { Measured } from './movements.ts';

export type Lone = {
  /** The metric as its report names it, or the selection rate of a group. */
  readonly subject: string;
  readonly group?: { readonly attribute: string; readonly value: string };
  readonly measured: number;
};
export type Unmatched = {
  /** Of the live release, and not of the candidate. */
  readonly gone: readonly Lone[];
  /** Of the candidate for the first time. */
  readonly come: readonly Lone[];
};

/** Groups that are not there, or have too few rows for a rate, and metrics; not those of a report that cannot be read. */
export const unmatchedOf = (live: Measured, candidate: Measured): Unmatched => ({
  gone: onlyIn(live, candidate),
  come: onlyIn(candidate, live),
});

const onlyIn = (one: Measured, other: Measured): Lone[] => [...metricsOnlyIn(one, other), ...groupsOnlyIn(one, other)];

const metricsOnlyIn = ({ metrics = {} }: Measured, { metrics: others }: Measured): Lone[] =>
  others === undefined
    ? []
    : Object.entries(metrics).flatMap(([subject, measured]) =>
        Object.hasOwn(others, subject) ? [] : [{ subject, measured }],
      );

/** A release of which nothing was counted has no groups to miss. */
const groupsOnlyIn = ({ groups }: Measured, { groups: others }: Measured): Lone[] => {
  if (others.length === 0) return [];
  const rated = new Set(others.filter(({ selection }) => selection !== undefined).map(groupKey));
  return groups.flatMap((group) => loneIn(group, rated));
};

const loneIn = (group: GroupRates, rated: ReadonlySet<string>): Lone[] => {
  const { attribute, value, selection } = group;
  return selection === undefined || rated.has(groupKey(group))
    ? []
    : [{ subject: 'selection rate', group: { attribute, value }, measured: selection.rate }];
};

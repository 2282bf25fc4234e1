/** All measures of the groups of a table: the command line prints them, and checks judge parts of them. */

import type { Fraction } from '../predictions/fraction.ts';
import { groupsOf, intersectionsOf, largerIntersectionsOf, unseenGroups } from '../predictions/intersections.ts';
import { misnamedColumns, type OutcomeCounts, type OutcomeGroup } from '../predictions/predictions.ts';
import { FAIRNESS_MEASURES, type Measure, type MeasureName, measuresOf } from './fairness.ts';
import type { Interval } from './intervals.ts';
import {
  FALSE_POSITIVE,
  type Rate,
  type RatedGroup,
  type RateKey,
  ratedGroup,
  SELECTION,
  TRUE_POSITIVE,
} from './rates.ts';

/** A rate and the rows of its denominator; no rate if those are too few, or nobody to divide by. */
export type ReportedRate = {
  readonly value: Fraction | undefined;
  readonly interval: Interval | undefined;
  readonly rows: number;
};

export type GroupReport = {
  readonly group: OutcomeGroup;
  readonly rates: Readonly<Record<RateKey, ReportedRate>>;
};
export type AttributeReport = {
  readonly attribute: string;
  readonly groups: readonly GroupReport[];
  /** Intersections without any row. */
  readonly unseen: readonly string[];
  readonly measures: Readonly<Record<MeasureName, Measure>>;
};

/** Measures every attribute and every intersection. A rate over fewer rows than the minimum is not measured. */
export const fairnessReport = (counts: OutcomeCounts, minimumRows: number): AttributeReport[] =>
  measuredTogether(counts).map((intersection) => {
    const attribute = intersection.name;
    const groups = groupsOf(counts, attribute).map(ratedGroup);
    const unseen = unseenGroups(counts, intersection);
    const measure = measuresOf(groups, minimumRows, unseen);
    const measured = (name: MeasureName): Measure => {
      const reason = noOutcome(counts, name);
      return reason === undefined ? measure(name) : { kind: 'unmeasurable', reason };
    };
    return {
      attribute,
      groups: groups.map((rated) => ({ group: rated.group, rates: ratesOf(rated, minimumRows) })),
      unseen,
      measures: {
        demographic_parity_difference: measured('demographic_parity_difference'),
        demographic_parity_ratio: measured('demographic_parity_ratio'),
        equalized_odds_difference: measured('equalized_odds_difference'),
        equalized_odds_ratio: measured('equalized_odds_ratio'),
      },
    };
  });

const measuredTogether = ({ attributes, largerIntersections }: OutcomeCounts) => [
  ...attributes.map((name) => ({ name, of: [name] })),
  ...intersectionsOf(attributes),
  ...(largerIntersections === undefined ? [] : largerIntersectionsOf(attributes)),
];

const ratesOf = ({ group, of }: RatedGroup, minimumRows: number): GroupReport['rates'] => {
  const rateOf = (rate: Rate): ReportedRate => {
    const rows = rate.rowsOf(group);
    const side = rows >= minimumRows ? of[rate.key] : undefined;
    return { rows, value: side?.rate, interval: side?.interval };
  };
  return {
    selection_rate: rateOf(SELECTION),
    true_positive_rate: rateOf(TRUE_POSITIVE),
    false_positive_rate: rateOf(FALSE_POSITIVE),
  };
};

/** A yes-or-no outcome has exactly one other value. With two, a misspelt yes would count as a no. */
const noOutcome = (counts: OutcomeCounts, name: MeasureName): string | undefined => {
  const { otherValues, values } = counts;
  const usesLabels = FAIRNESS_MEASURES[name].rates.some((rate) => rate !== SELECTION);
  const columns = usesLabels ? (['predictions', 'labels'] as const) : (['predictions'] as const);
  const misnamed = misnamedColumns(counts).find((column) => columns.some((used) => used === column));
  if (misnamed !== undefined) {
    return `none of the ${misnamed} has the favorable value: they are ${values[misnamed].some.join(', ')}`;
  }
  const unclear = columns.find((column) => otherValues[column] > 1);
  return unclear && `the ${unclear} have ${otherValues[unclear]} values besides the favorable one`;
};

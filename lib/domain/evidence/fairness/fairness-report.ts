/** All measures of the groups of a table: the command line prints them, and checks judge parts of them. */

import type { Fraction } from '../predictions/fraction.ts';
import {
  groupsOf,
  intersectionsOf,
  type OutcomeCounts,
  type OutcomeGroup,
  unseenGroups,
} from '../predictions/predictions.ts';
import { FAIRNESS_MEASURES, falsePositiveRate, type Measure, selectionRate, truePositiveRate } from './fairness.ts';
import { type FacetMeasures, facetMeasures, UNMEASURABLE_FACET } from './fairness-facets.ts';

export type MeasureName = keyof typeof FAIRNESS_MEASURES;
export type RateName = 'selection_rate' | 'true_positive_rate' | 'false_positive_rate';

/** An undefined number is inconclusive: there is nobody to divide by, or there are too few rows. */
export type GroupReport = {
  readonly group: OutcomeGroup;
  readonly rates: Readonly<Record<RateName, Fraction | undefined>>;
  readonly againstRest: FacetMeasures;
};
export type AttributeReport = {
  readonly attribute: string;
  readonly groups: readonly GroupReport[];
  /** Intersections without any row. */
  readonly unseen: readonly string[];
  readonly measures: Readonly<Record<MeasureName, Measure>>;
};

/** Measures every attribute and every intersection. A group with fewer rows than the minimum is not measured. */
export const fairnessReport = (counts: OutcomeCounts, minimumGroupSize: number): AttributeReport[] =>
  [...counts.attributes, ...intersectionsOf(counts.attributes).map(({ name }) => name)].map((attribute) => {
    const groups = groupsOf(counts, attribute);
    const large = groups.filter((group) => group.count >= minimumGroupSize);
    const unseen = unseenGroups(counts, attribute);
    const small = groups
      .filter((group) => !large.includes(group))
      .map(({ value, count }) => `${value} (${count} rows)`);
    const wanting = [...small, ...unseen.map((value) => `${value} (no row)`)];
    const measured = (name: MeasureName): Measure => {
      const reason = noOutcome(counts, name) ?? tooFew(wanting, minimumGroupSize);
      return reason === undefined ? FAIRNESS_MEASURES[name](groups) : { kind: 'unmeasurable', reason };
    };
    return {
      attribute,
      groups: groups.map((group) => ({
        group,
        rates: large.includes(group) ? ratesOf(group) : NO_RATES,
        againstRest: large.length === groups.length ? facetMeasures(group, groups) : UNMEASURABLE_FACET,
      })),
      unseen,
      measures: {
        demographic_parity_difference: measured('demographic_parity_difference'),
        demographic_parity_ratio: measured('demographic_parity_ratio'),
        equalized_odds_difference: measured('equalized_odds_difference'),
        equalized_odds_ratio: measured('equalized_odds_ratio'),
      },
    };
  });

const NO_RATES = { selection_rate: undefined, true_positive_rate: undefined, false_positive_rate: undefined };

const ratesOf = (group: OutcomeGroup): GroupReport['rates'] => ({
  selection_rate: selectionRate(group),
  true_positive_rate: truePositiveRate(group),
  false_positive_rate: falsePositiveRate(group),
});

/** A yes-or-no outcome has exactly one other value. With two, a misspelt yes would count as a no. */
const noOutcome = ({ otherValues }: OutcomeCounts, name: MeasureName): string | undefined => {
  const columns = name.startsWith('equalized_odds') ? (['predictions', 'labels'] as const) : (['predictions'] as const);
  const unclear = columns.find((column) => otherValues[column] > 1);
  return unclear && `the ${unclear} have ${otherValues[unclear]} values besides the favorable one`;
};

/** A group that is not judged could be the one that fares worst. */
const tooFew = (wanting: readonly string[], minimum: number): string | undefined =>
  wanting.length === 0 ? undefined : `fewer than ${minimum} rows: ${wanting.join(', ')}`;

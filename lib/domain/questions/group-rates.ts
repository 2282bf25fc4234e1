/** The rates of the groups of a release, as its stored counts give them. */
import type { Sample } from '../evidence/fairness/intervals.ts';
import { FALSE_POSITIVE, type Rate, SELECTION, sampleOf, TRUE_POSITIVE } from '../evidence/fairness/rates.ts';
import type { OutcomeRecord } from '../evidence/outcome-record.ts';
import { INTERSECTION, type OutcomeGroup } from '../evidence/predictions/predictions.ts';

/** A rate over fewer rows than the policy asks for is none. */
type Rates = { readonly [rate in 'selection' | 'truePositive' | 'falsePositive']: Sample | undefined };
export type GroupRates = Rates & {
  readonly attribute: string;
  readonly value: string;
  readonly count: number;
  readonly favorable: number;
  readonly labelled: number;
  /** Whether the record has what the rates of the labelled are taken from: those of former versions have not. */
  readonly isWhole: boolean;
};

type Kept = OutcomeRecord['groups'][number];

/**
 * Of the groups of one attribute each. Each row counts once: the weights of rows are a column of the submitter's, and some
 * groups or the other release may have none.
 */
export const ratesOf = (groups: readonly Kept[], minimumRows: number): GroupRates[] =>
  ratesIn(
    groups.filter(({ attribute }) => !attribute.includes(INTERSECTION)),
    minimumRows,
  );

/** Of the groups of two attributes together: who is rare in each may be treated worst in both. */
export const ratesOfPairs = (groups: readonly Kept[], minimumRows: number): GroupRates[] =>
  ratesIn(
    groups.filter(({ attribute }) => attribute.includes(INTERSECTION)),
    minimumRows,
  );

const ratesIn = (groups: readonly Kept[], minimumRows: number): GroupRates[] =>
  groups.map((kept) => {
    const group = asGroup(kept);
    const sample = (rate: Rate) => sampleOver(group, rate, minimumRows);
    const { attribute, value, count, favorable, labelled } = group;
    return {
      ...{ attribute, value, count, favorable, labelled, isWhole: kept.truePositive !== undefined },
      selection: sample(SELECTION),
      truePositive: sample(TRUE_POSITIVE),
      falsePositive: sample(FALSE_POSITIVE),
    };
  });

/** A count that is not there gives no rate, because no rows are under it. */
const asGroup = (kept: Kept): OutcomeGroup => {
  const { weights: _, squares: __, ...counts } = kept;
  const { labelled = 0, actualFavorable = 0, truePositive = 0, falsePositive = 0 } = counts;
  return { ...counts, labelled, actualFavorable, truePositive, falsePositive, missingPredictions: 0, missingLabels: 0 };
};

const sampleOver = (group: OutcomeGroup, rate: Rate, minimumRows: number): Sample | undefined => {
  const fraction = rate.of(group);
  return fraction === undefined || rate.rowsOf(group) < minimumRows ? undefined : sampleOf(group, rate, fraction);
};

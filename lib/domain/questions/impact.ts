import type { Sample } from '../evidence/fairness/intervals.ts';
import type { FairnessLine } from './fairness-line.ts';
import type { GroupRates } from './group-rates.ts';

/** How a group is selected, compared with the group of its attribute that is selected most often. */
export type Impact = {
  readonly attribute: string;
  readonly value: string;
  readonly selection: Sample;
  readonly highest: { readonly value: string; readonly selection: Sample };
  /** 1 if nobody is selected at all: then nobody is behind. */
  readonly ratio: number;
};

/** Of each group that has rows enough for a rate. The most selected one is compared with itself, as 1. */
export const impactsOf = (groups: readonly GroupRates[]): Impact[] => {
  const rated = groups.flatMap(({ attribute, value, selection }) =>
    selection === undefined ? [] : [{ attribute, value, selection }],
  );
  return [...Map.groupBy(rated, ({ attribute }) => attribute).values()].flatMap((ofOne) => {
    const highest = ofOne.reduce((most, other) => (other.selection.rate > most.selection.rate ? other : most));
    const { rate } = highest.selection;
    return ofOne.map((group) => ({ ...group, highest, ratio: rate === 0 ? 1 : group.selection.rate / rate }));
  });
};

/** Checks compare counts exactly; a quotient of two rounded rates may be a little off. */
const ROUNDED = 1e-9;

export const isBelow = ({ ratio }: Impact, minimum: number | undefined): boolean =>
  minimum !== undefined && ratio < minimum - ROUNDED;

/**
 * The group that fares worst of the attributes that a check judges, or else of all. Undefined if no two groups can be
 * compared.
 */
export const worstImpact = (groups: readonly GroupRates[], { isJudged }: FairnessLine): Impact | undefined => {
  const behind = impactsOf(groups).filter(({ value, highest }) => value !== highest.value);
  const judged = behind.filter(({ attribute }) => isJudged(attribute));
  const [first, ...others] = judged.length > 0 ? judged : behind;
  return first && others.reduce((worst, one) => (one.ratio < worst.ratio ? one : worst), first);
};

/**
 * The group of two attributes together that fares worst, where that is worse than what one attribute shows. Few policies judge
 * such groups, and each of the two attributes may look even.
 */
export const worstTogether = (pairs: readonly GroupRates[], worst: Impact | undefined): Impact | undefined => {
  const behind = impactsOf(pairs).filter(({ ratio }) => ratio < (worst?.ratio ?? 1));
  const [first, ...others] = behind;
  return first && others.reduce((most, one) => (one.ratio < most.ratio ? one : most), first);
};

/** The ratio in four decimals; one that is below the minimum is rounded down, so that it never reads as if it were not. */
export const ratioBeside = (impact: Impact, minimum: number | undefined): string =>
  isBelow(impact, minimum) ? (Math.floor(impact.ratio * 1e4) / 1e4).toFixed(4) : impact.ratio.toFixed(4);

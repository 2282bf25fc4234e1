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
  return rated.map((group) => {
    const highest = rated
      .filter(({ attribute }) => attribute === group.attribute)
      .reduce((most, other) => (other.selection.rate > most.selection.rate ? other : most));
    const ratio = highest.selection.rate === 0 ? 1 : group.selection.rate / highest.selection.rate;
    return { ...group, highest, ratio };
  });
};

/** The group that fares worst: of the judged attributes if there are any, or of all. Undefined if no two groups can be compared. */
export const worstImpact = (groups: readonly GroupRates[], { isJudged }: FairnessLine): Impact | undefined => {
  const behind = impactsOf(groups).filter(({ value, highest }) => value !== highest.value);
  const judged = behind.filter(({ attribute }) => isJudged(attribute));
  return (judged.length > 0 ? judged : behind).reduce<Impact | undefined>(
    (worst, one) => (worst === undefined || one.ratio < worst.ratio ? one : worst),
    undefined,
  );
};

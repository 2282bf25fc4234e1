/**
 * Whether two tables are of the same rows, enough of them for every group. The submitter writes one of the tables, so
 * that what it leaves out, leaves blank or says otherwise is never taken for a decision that stayed as it was.
 */
import type { BehaviourCounts, Compared, GroupDecisions } from '../../evidence/predictions/behaviour.ts';
import { comparedIn, MINIMUM_OF_LIVE } from '../../evidence/predictions/decisions.ts';
import { compare, type Fraction, type Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { INTERSECTION } from '../../evidence/predictions/predictions.ts';
import { type Finding, finding, notProvided, sayUnless, sentences, shown } from '../finding.ts';
import type { BehaviourParameters } from './behaviour-parameters.ts';

export type BehaviourAsked = BehaviourParameters & { readonly threshold: string; readonly live: string };

/** A finding where the two tables are not of the same rows, or not of yes-or-no decisions. */
export const whyNotComparable = (counts: BehaviourCounts, asked: BehaviourAsked): Finding | undefined => {
  const { threshold, live } = asked;
  const { common, otherValues } = counts;
  if (common === 0) {
    const explanation = `No row of the predictions is in those of ${live}. Evaluate both on the same test data.`;
    return notProvided(threshold, explanation);
  }
  const others = Math.max(otherValues.now, otherValues.former);
  const problem =
    tooFewOfSmaller(counts, asked) ??
    (others > 1
      ? notMeasurable(
          `The decisions have ${others} values besides the favorable one. Submit decisions of two values, not scores.`,
        )
      : undefined) ??
    (comparedIn(counts.all) === 0 ? notMeasurable('No row has a decision of both releases.') : undefined) ??
    tooFewOfGroups(counts, asked);
  return problem && finding('inconclusive', problem.measured, threshold, problem.explanation);
};

type Problem = { readonly measured: string; readonly explanation: string };

const notMeasurable = (explanation: string): Problem => ({ measured: 'not measurable', explanation });

const tooFewOfSmaller = (
  counts: BehaviourCounts,
  { minimum_common: minimum, live }: BehaviourAsked,
): Problem | undefined => {
  const { common, undecided, contradicted } = counts;
  const [whole, told] = [smallerOf(counts), commonInWords(counts, live)];
  const needed = `at least ${minimum} of the smaller table are needed`;
  if (!isShare(common, whole, minimum)) {
    const explanation = `${told}; ${needed}. Evaluate both on the same test data.`;
    return { measured: 'too few common rows', explanation };
  }
  if (!isShare(common - undecided, whole, minimum)) {
    const explanation = `${told}, but ${undecided} of them lack a decision of one of the two; ${needed}. Give each row a decision.`;
    return { measured: 'too few decisions', explanation };
  }
  if (!isShare(common - undecided - contradicted, whole, minimum)) {
    const explanation = `${told}, but ${contradicted} of those with decisions ${ARE_OTHERS}; ${needed}. Give each row the id that it had.`;
    return { measured: 'not the same rows', explanation };
  }
  return undefined;
};

const ARE_OTHERS = 'do not have the label, protected attributes and columns that they have there';

/**
 * Few rows of a table may be all rows of a group. Groups are those of both tables, because a table that the submitter
 * writes need not say of anybody what the live release's table says.
 */
const tooFewOfGroups = (counts: BehaviourCounts, asked: BehaviourAsked): Problem | undefined => {
  const { live, minimum_common, minimum_of_live = MINIMUM_OF_LIVE } = asked;
  const parts = [
    { name: 'all rows', minimum: minimum_of_live, compared: counts.live },
    ...judgedGroups(counts.liveGroups, asked).map((group) => ({
      name: nameOf(group),
      minimum: minimum_of_live,
      compared: group,
    })),
  ];
  const ofLive = parts.filter(isShort);
  const own = judgedGroups(counts.groups, asked)
    .map((group) => ({ name: nameOf(group), minimum: minimum_common, compared: group }))
    .filter(isShort);
  if (ofLive.length === 0 && own.length === 0) return undefined;
  const explanation = sentences([
    ...sayUnless(
      ofLive.length === 0,
      `Of the rows that ${live} decided, at least ${minimum_of_live} must be compared.`,
    ),
    ...ofLive.map(shortInWords),
    ...sayUnless(own.length === 0, `Of the common rows of each group, at least ${minimum_common} must be compared.`),
    ...own.map(shortInWords),
  ]);
  return { measured: ofLive.length === 0 ? 'too few rows of a group' : 'too few rows of production', explanation };
};

type Part = { readonly name: string; readonly minimum: Share; readonly compared: Compared };

const isShort = ({ compared, minimum }: Part): boolean => !isShare(soundIn(compared), compared.rows, minimum);

/** Compared rows that are the same as far as the tables say. */
const soundIn = (compared: Compared): number => comparedIn(compared) - compared.contradicted;

const shortInWords = ({ name, compared }: Part): string => {
  const { rows, undecided, contradicted } = compared;
  const missing = rows - comparedIn(compared) - undecided;
  const reasons = [
    ...sayUnless(missing === 0, `${missing} are not in this release's table`),
    ...sayUnless(undecided === 0, `${undecided} lack a decision`),
    ...sayUnless(contradicted === 0, `${contradicted} ${ARE_OTHERS}`),
  ];
  return `${name}: ${soundIn(compared)} of ${rows}; ${reasons.join(', ')}.`;
};

/** The groups that the policy asks about. */
export const judgedGroups = (
  groups: readonly GroupDecisions[],
  { intersections }: Pick<BehaviourParameters, 'intersections'>,
): GroupDecisions[] => groups.filter(({ attribute }) => intersections || !attribute.includes(INTERSECTION));

export const nameOf = ({ attribute, value }: GroupDecisions): string => `${shown(attribute)} ${shown(value)}`;

const smallerOf = ({ rows }: BehaviourCounts): number => Math.min(rows.now, rows.former);

const isShare = (part: number, whole: number, minimum: Share): boolean =>
  compare(shareOf(part, whole), share(minimum)) >= 0;

/** Of a whole that is not zero. */
export const shareOf = (part: number, whole: number): Fraction => ({
  numerator: BigInt(part),
  denominator: BigInt(whole),
});

export const commonInWords = (counts: BehaviourCounts, live: string): string => {
  const { common, rows } = counts;
  return `${common} rows are common to this release (${rows.now}) and ${live} (${rows.former}), ${toDecimal(shareOf(common, smallerOf(counts)))} of the smaller`;
};

/** Whether the decisions that changed are few enough, over all rows and for each group; or why nobody can say. */
import * as z from 'zod';
import { type Association, associatedColumns } from '../../evidence/fairness/association.ts';
import { mcnemar } from '../../evidence/fairness/mcnemar.ts';
import { MINIMUM_ROWS } from '../../evidence/fairness/rates.ts';
import type { BehaviourCounts, GroupDecisions } from '../../evidence/predictions/behaviour.ts';
import { changedIn, comparedIn, type Decisions } from '../../evidence/predictions/decisions.ts';
import { compare, type Fraction, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { INTERSECTION } from '../../evidence/predictions/predictions.ts';
import { type Finding, finding, listed, notProvided, sentences, shown } from '../finding.ts';

/** What a policy may set. */
export const behaviourParameters = z.strictObject({
  /** The share of the compared decisions that may be other than in production: of all, and of each group. */
  maximum_changed: Share.default('0.05'),
  maximum_changed_in_group: Share.default('0.10'),
  /** The share of the smaller table's rows that both must have. On fewer, nobody knows what changed for the others. */
  minimum_common: Share.default('0.9'),
  /** Compared rows of a group. */
  minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  /** Whether to judge each pair of the protected attributes as well. */
  intersections: z.boolean().default(false),
});
type BehaviourParameters = z.infer<typeof behaviourParameters>;

type Asked = BehaviourParameters & { readonly threshold: string; readonly live: string };

/** A finding where the two tables are not of the same rows, or not of yes-or-no decisions. */
export const whyNotComparable = (
  counts: BehaviourCounts,
  { minimum_common, threshold, live }: Asked,
): Finding | undefined => {
  const { common, contradicted, otherValues, all } = counts;
  if (common === 0) {
    return notProvided(
      threshold,
      `No row of the predictions is in those of ${live}. Evaluate both on the same test data.`,
    );
  }
  const [here, told] = [smallerOf(counts), commonInWords(counts, live)];
  if (!isShare(common, here, minimum_common)) {
    return finding(
      'inconclusive',
      'too few common rows',
      threshold,
      `${told}; at least ${minimum_common} of the smaller table are needed. Evaluate both on the same test data.`,
    );
  }
  if (!isShare(common - contradicted, here, minimum_common)) {
    return finding(
      'inconclusive',
      'not the same rows',
      threshold,
      `${told}, but ${contradicted} of them have another label or protected attribute there. Give each row the id that it had.`,
    );
  }
  const others = Math.max(otherValues.now, otherValues.former);
  if (others > 1) {
    return finding(
      'inconclusive',
      'not measurable',
      threshold,
      `The decisions have ${others} values besides the favorable one. Submit decisions of two values, not scores.`,
    );
  }
  return comparedIn(all) === 0
    ? finding('inconclusive', 'not measurable', threshold, 'No row has a decision of both releases.')
    : undefined;
};

const smallerOf = ({ rows }: BehaviourCounts): number => Math.min(rows.now, rows.former);

const isShare = (part: number, whole: number, minimum: Share): boolean =>
  compare(shareOf(part, whole), share(minimum)) >= 0;

/** Of a whole that is not zero. */
const shareOf = (part: number, whole: number): Fraction => ({ numerator: BigInt(part), denominator: BigInt(whole) });

const commonInWords = (counts: BehaviourCounts, live: string): string => {
  const { common, rows } = counts;
  return `${common} rows are common to this release (${rows.now}) and ${live} (${rows.former}), ${toDecimal(shareOf(common, smallerOf(counts)))} of the smaller`;
};

/** Establishes a verdict on tables that are of the same rows. */
export const judgeChanges = (counts: BehaviourCounts, asked: Asked): Finding => {
  const { maximum_changed: maximum, maximum_changed_in_group: inGroup, minimum_group_size: minimum, threshold } = asked;
  const judged = counts.groups.filter(({ attribute }) => asked.intersections || !attribute.includes(INTERSECTION));
  const large = judged.filter((group) => comparedIn(group) >= minimum);
  const small = judged.filter((group) => comparedIn(group) < minimum);
  const wrong = large
    .filter((group) => compare(changeOf(group), share(inGroup)) > 0)
    .sort((a, b) => compare(changeOf(b), changeOf(a)));
  const isTooMuch = compare(changeOf(counts.all), share(maximum)) > 0;
  const measured = `${toDecimal(changeOf(counts.all))} changed`;
  const facts = [
    `${changeInWords(counts.all)}.`,
    `${commonInWords(counts, asked.live)}.`,
    ...columnsInWords(associatedColumns(counts, minimum)),
    ...(counts.undecided === 0 ? [] : [`${counts.undecided} common rows lack a decision and are not compared.`]),
  ];
  if (isTooMuch || wrong.length > 0) {
    const groups = wrong.map((group) => `${nameOf(group)}: ${changeInWords(group)}.`);
    return finding('failed', measured, threshold, sentences([...facts.slice(0, 1), ...groups, ...facts.slice(1)]));
  }
  if (small.length > 0) {
    const few = `Too few compared rows to judge ${listed(small.map((group) => `${nameOf(group)} (${comparedIn(group)} rows)`))}; at least ${minimum} are needed.`;
    return finding('inconclusive', measured, threshold, sentences([few, ...facts]));
  }
  return finding(
    'passed',
    measured,
    threshold,
    sentences([...facts.slice(0, 1), ...worstInWords(large), ...facts.slice(1)]),
  );
};

/** No group without a compared row is counted, and without any such row nothing is judged. */
const changeOf = (decisions: Decisions): Fraction => shareOf(changedIn(decisions), comparedIn(decisions));

const nameOf = ({ attribute, value }: GroupDecisions): string => `${shown(attribute)} ${shown(value)}`;

/** How much changed, in which direction, and whether one direction prevails by more than chance (McNemar). */
const changeInWords = (decisions: Decisions): string => {
  const { yesToNo, noToYes } = decisions;
  const p = mcnemar(decisions);
  return `${changedIn(decisions)} of ${comparedIn(decisions)} decisions changed (${toDecimal(changeOf(decisions))}): ${yesToNo} from yes to no, ${noToYes} from no to yes${p === undefined ? '' : ` (McNemar p ${p.toFixed(4)})`}`;
};

const worstInWords = (groups: readonly GroupDecisions[]): string[] =>
  groups
    .toSorted((a, b) => compare(changeOf(b), changeOf(a)))
    .slice(0, 1)
    .map((group) => `At most in ${nameOf(group)}: ${changeInWords(group)}.`);

const COLUMNS_SHOWN = 2;

const columnsInWords = (columns: readonly Association[]): string[] =>
  columns.slice(0, COLUMNS_SHOWN).map(({ column, strength, values }) => {
    const most = values
      .slice(0, 1)
      .map(({ value, compared, changed }) => `most with ${shown(value)}, ${changed} of ${compared}`);
    return `The changes go with ${column} (Cramér's V ${strength.toFixed(2)}): ${most.join()}.`;
  });

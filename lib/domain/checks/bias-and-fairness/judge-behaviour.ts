/** Whether the decisions that changed are few enough, over all rows and for each group. */
import { type Association, associatedColumns } from '../../evidence/fairness/association.ts';
import { mcnemar } from '../../evidence/fairness/mcnemar.ts';
import type { BehaviourCounts, GroupDecisions } from '../../evidence/predictions/behaviour.ts';
import { changedIn, comparedIn, type Decisions } from '../../evidence/predictions/decisions.ts';
import { compare, type Fraction, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { type Finding, finding, listed, sayUnless, sentences, shown } from '../finding.ts';
import { type BehaviourAsked, commonInWords, judgedGroups, nameOf, shareOf } from './comparable-rows.ts';

/** Establishes a verdict on tables that are of the same rows. */
export const judgeChanges = (counts: BehaviourCounts, asked: BehaviourAsked): Finding => {
  const { maximum_changed: maximum, maximum_changed_in_group: inGroup, minimum_group_size: minimum, threshold } = asked;
  const judged = namedGroups(counts, asked);
  const large = judged.filter(({ group }) => comparedIn(group) >= minimum);
  const small = judged.filter(({ group }) => comparedIn(group) < minimum);
  const wrong = large
    .filter(({ group }) => compare(changeOf(group), share(inGroup)) > 0)
    .sort((a, b) => compare(changeOf(b.group), changeOf(a.group)));
  const isTooMuch = compare(changeOf(counts.all), share(maximum)) > 0;
  const measured = `${toDecimal(changeOf(counts.all))} changed`;
  const facts = [
    `${changeInWords(counts.all)}.`,
    `${commonInWords(counts, asked.live)}.`,
    ...columnsInWords(associatedColumns(counts, minimum)),
    ...leftOutInWords(counts, asked),
  ];
  if (isTooMuch || wrong.length > 0) {
    const groups = wrong.map(({ name, group }) => `${name}: ${changeInWords(group)}.`);
    return finding('failed', measured, threshold, sentences([...facts.slice(0, 1), ...groups, ...facts.slice(1)]));
  }
  if (small.length > 0) {
    const few = `Too few compared rows to judge ${listed(small.map(({ name, group }) => `${name} (${comparedIn(group)} rows)`))}; at least ${minimum} are needed.`;
    return finding('inconclusive', measured, threshold, sentences([few, ...facts]));
  }
  return finding(
    'passed',
    measured,
    threshold,
    sentences([...facts.slice(0, 1), ...worstInWords(large), ...facts.slice(1)]),
  );
};

type NamedGroup = { readonly name: string; readonly group: GroupDecisions };

/** The groups of both tables. One that the live release's table has too, with the same decisions, is named once. */
const namedGroups = (counts: BehaviourCounts, asked: BehaviourAsked): NamedGroup[] => {
  const own = judgedGroups(counts.groups, asked).map((group) => ({ name: nameOf(group), group }));
  const others = judgedGroups(counts.liveGroups, asked).filter(
    (group) => !own.some((one) => one.name === nameOf(group) && isAlike(one.group, group)),
  );
  return [...own, ...others.map((group) => ({ name: `${nameOf(group)} by the table of ${asked.live}`, group }))];
};

const isAlike = (a: Decisions, b: Decisions): boolean =>
  (['stayedYes', 'stayedNo', 'yesToNo', 'noToYes'] as const).every((decision) => a[decision] === b[decision]);

const leftOutInWords = (
  { undecided, contradicted, sameColumns }: BehaviourCounts,
  { live, required_columns = [] }: BehaviourAsked,
): string[] => {
  const unknown = required_columns.filter((name) => !sameColumns.includes(name));
  return [
    ...sayUnless(undecided === 0, `${undecided} common rows lack a decision and are not compared.`),
    ...sayUnless(
      contradicted === 0,
      `${contradicted} compared rows do not have the label, protected attributes and columns that they have in the table of ${live}.`,
    ),
    ...sayUnless(sameColumns.length === 0, `Rows were also compared by ${listed(sameColumns)}.`),
    ...sayUnless(
      unknown.length === 0,
      `The table of ${live} has no column ${listed(unknown)}, so rows were not compared by it.`,
    ),
  ];
};

/** Of groups that have compared rows. */
const changeOf = (decisions: Decisions): Fraction => shareOf(changedIn(decisions), comparedIn(decisions));

/** How much changed, in which direction, and whether one direction prevails by more than chance (McNemar). */
const changeInWords = (decisions: Decisions): string => {
  const { yesToNo, noToYes } = decisions;
  const p = mcnemar(decisions);
  return `${changedIn(decisions)} of ${comparedIn(decisions)} decisions changed (${toDecimal(changeOf(decisions))}): ${yesToNo} from yes to no, ${noToYes} from no to yes${p === undefined ? '' : ` (McNemar p ${p.toFixed(4)})`}`;
};

const worstInWords = (groups: readonly NamedGroup[]): string[] =>
  groups
    .toSorted((a, b) => compare(changeOf(b.group), changeOf(a.group)))
    .slice(0, 1)
    .map(({ name, group }) => `At most in ${name}: ${changeInWords(group)}.`);

const COLUMNS_SHOWN = 2;

const columnsInWords = (columns: readonly Association[]): string[] =>
  columns.slice(0, COLUMNS_SHOWN).map(({ column, strength, values }) => {
    const most = values
      .slice(0, 1)
      .map(({ value, compared, changed }) => `most with ${shown(value)}, ${changed} of ${compared}`);
    return `The changes go with ${column} (Cramér's V ${strength.toFixed(2)}): ${most.join()}.`;
  });

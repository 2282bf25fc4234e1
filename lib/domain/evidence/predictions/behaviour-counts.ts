/** Interprets the result of the statement that compares two releases: what was decided about whom, then and now. */
import * as z from 'zod';
import { BehaviourCounts, type Compared, type GroupDecisions } from './behaviour.ts';
import { changesByColumn } from './behaviour-columns.ts';
import type { BehaviourQuestion } from './behaviour-question.ts';
import {
  ALL_ROWS,
  attributeAlias,
  type BehaviourStatement,
  formerAlias,
  type Ids,
  LIVE_IDS,
  REPEATED_SHOWN,
} from './behaviour-sql.ts';
import type { Decisions } from './decisions.ts';
import { sumByGroup } from './group-sums.ts';
import { intersectionsOf } from './intersections.ts';
import { GROUPS_MAX } from './predictions.ts';
import { tooManyGroups } from './predictions-counts.ts';
import { COMBINATIONS_MAX } from './predictions-sql.ts';
import { Count, countIn, readingValues, textIn, unreadable, Whole } from './predictions-tally.ts';
import { isSameValue, spelling } from './same-value.ts';

/** One combination of values, and the number of rows, or pairs of rows, that have it. */
type Pair = {
  readonly isHere: boolean;
  readonly isThere: boolean;
  readonly isUnnamed: boolean;
  readonly prediction: string | undefined;
  readonly formerPrediction: string | undefined;
  /** Undefined where one of the two has no decision, or the row is in one table only. */
  readonly decision: keyof Decisions | undefined;
  readonly isContradicted: boolean;
  /** Of the protected attributes, in each of the two tables. */
  readonly values: Values;
  readonly formerValues: Values;
  readonly rows: number;
};
type Values = readonly (string | undefined)[];

/**
 * Whether a table may have an id more than once. Where it is known how many rows have one: if the pairs and the rows without a
 * partner are not so many, or if there are such rows. Otherwise: if the live release's does, or more pairs have an id of it than
 * it has rows with one, or some rows of the other table have no partner.
 */
export const mayRepeatIds = (rows: readonly Counted[], { named }: Ids): boolean => {
  const rowsWhere = (holds: (row: Counted) => boolean) =>
    rows.reduce((sum, row) => (row.part === ALL_ROWS && holds(row) ? sum + row.n : sum), 0);
  const onlyHere = rowsWhere(({ here, there }) => here === NAMED && there === 0);
  const isThere = rowsWhere(({ there }) => there === NAMED);
  if (named !== undefined) {
    const isHere = rowsWhere(({ here }) => here === NAMED);
    const onlyThere = rowsWhere(({ here, there }) => here === 0 && there === NAMED);
    return isHere !== named.now || isThere !== named.former || onlyHere > 0 || onlyThere > 0;
  }
  const live = rows.find(({ part }) => part === LIVE_IDS);
  return live === undefined || live.here !== live.n || isThere > live.n || onlyHere > 0;
};

/**
 * Establishes what changed, from the result of the statement, whichever engine ran it. Where that leaves open whether an id is
 * repeated, asks for those that are, by `repeatedIdsSql`, and refuses them.
 */
export const behaviourOf = async (
  result: readonly unknown[],
  question: BehaviourStatement,
  askRepeated: () => Promise<readonly unknown[]>,
): Promise<BehaviourCounts> => {
  refuseManyCombinations(result);
  const rows = rowsOf(result, question);
  if (mayRepeatIds(rows, question.ids)) refuseRepeatedIds(await askRepeated(), question);
  return countsOf(rows, question);
};

/** The same where no id is repeated. */
export const behaviourCountsOf = (result: readonly unknown[], question: BehaviourStatement): BehaviourCounts =>
  countsOf(rowsOf(result, question), question);

const countsOf = (rows: readonly Row[], question: BehaviourStatement): BehaviourCounts => {
  const whole = rows.filter(({ part }) => part === ALL_ROWS);
  const pairs = whole.map((row) => pairOf(row, question));
  const rowsWhere = (holds: (pair: Pair) => boolean) =>
    pairs.reduce((sum, pair) => (holds(pair) ? sum + pair.rows : sum), 0);
  const common = pairs.filter(isCommon);
  // What the live release did not decide cannot be compared, and is none of this release's doing.
  const decided = pairs.filter(({ isThere, formerPrediction }) => isThere && formerPrediction !== undefined);
  const { rows: commonRows, undecided, contradicted, ...all } = sumOf(common);
  return BehaviourCounts.parse({
    rows: { now: rowsWhere(({ isHere }) => isHere), former: rowsWhere(({ isThere }) => isThere) },
    unnamed: {
      now: rowsWhere(({ isHere, isUnnamed }) => isHere && isUnnamed),
      former: rowsWhere(({ isThere, isUnnamed }) => isThere && isUnnamed),
    },
    common: commonRows,
    undecided,
    contradicted,
    otherValues: {
      now: othersIn(pairs, 'prediction', question.now.favorable_value),
      former: othersIn(pairs, 'formerPrediction', question.former.favorable_value),
    },
    all,
    groups: groupsIn(common, question, 'now'),
    live: sumOf(decided),
    liveGroups: groupsIn(
      decided.map((pair) => ({ ...pair, values: pair.formerValues })),
      question,
      'former',
    ),
    sameColumns: question.liveColumns,
    columns: changesByColumn(
      rows.map((row) => ({ ...row, decision: decisionOf(row, question) })),
      question.further,
    ),
  });
};

const isCommon = ({ isHere, isThere }: Pair): boolean => isHere && isThere;

type Cells = Readonly<Record<string, unknown>>;
const Result = z.custom<readonly Cells[]>(Array.isArray);
type Row = ReturnType<typeof rowsOf>[number];
type Counted = Pick<Row, 'part' | 'here' | 'there' | 'n'>;

/** Reads the rows of the result. Cells are looked at when they are new: with each further column there are thousands of rows. */
const rowsOf = (result: readonly unknown[], { attributes }: BehaviourQuestion) => {
  const valueBy = readingValues();
  const mark = (cell: unknown) => (cell === null ? null : countIn(cell));
  const valuesIn = (row: Cells, aliases: readonly (string | undefined)[]): Values =>
    aliases.map((alias) => (alias === undefined ? undefined : valueBy(row[alias])));
  const aliases = attributes.map(({ now }, index) => (now === undefined ? undefined : attributeAlias(index)));
  const formerAliases = attributes.map(({ former }, index) => (former === undefined ? undefined : formerAlias(index)));
  return Result.parse(result).map((row) => ({
    part: countIn(row['part'], LIVE_IDS),
    here: mark(row['here']),
    there: mark(row['there']),
    differs: mark(row['differs']),
    label: valueBy(row['label']),
    prediction: valueBy(row['prediction']),
    formerLabel: valueBy(row['former_label']),
    formerPrediction: valueBy(row['former_prediction']),
    values: valuesIn(row, aliases),
    formerValues: valuesIn(row, formerAliases),
    cell: textIn(row['cell']),
    n: countIn(row['n']),
  }));
};

const About = z.object({ part: Whole });
const Repeated = z.object({ side: Count, id: z.string(), copies: Count });

/** Before anything else is read: reading so many rows takes seconds. */
const refuseManyCombinations = (result: readonly unknown[]): void => {
  const isMany = result.length > COMBINATIONS_MAX;
  const whole = (isMany ? z.array(About).parse(result) : []).filter(({ part }) => part === ALL_ROWS);
  if (whole.length <= COMBINATIONS_MAX) return;
  const problem = `give more than ${COMBINATIONS_MAX} combinations of values with the decisions of both releases: submit decisions, not scores, and name fewer attributes`;
  throw unreadable('predictions.protected_attributes', problem);
};

/**
 * Refuses tables with repeated ids, by the result of the statement that names them: such an id pairs one decision with
 * several, and which of them was made about the row nobody can say.
 */
export const refuseRepeatedIds = (result: readonly unknown[], { now, former }: BehaviourQuestion): void => {
  const repeated = z.array(Repeated).parse(result);
  if (repeated.length === 0) return;
  const named = repeated
    .slice(0, REPEATED_SHOWN)
    .map(
      ({ side, id, copies }) =>
        `${spelling(id)} ${copies} times in column ${side === 1 ? now.rowId : `${former.rowId} of the live release`}`,
    );
  const more = repeated.length > REPEATED_SHOWN ? ', and more' : '';
  throw unreadable('predictions.columns.row_id', `is to tell rows apart, but has ${named.join(', ')}${more}`);
};

/** What the statement says of a row that is in a table, with an id and without. */
const NAMED = 1;
const UNNAMED = 2;

const pairOf = (row: Row, question: BehaviourQuestion): Pair => {
  const { values, formerValues } = row;
  const decision = decisionOf(row, question);
  return {
    isHere: row.here !== 0,
    isThere: row.there !== 0,
    isUnnamed: row.here === UNNAMED || row.there === UNNAMED,
    prediction: row.prediction,
    formerPrediction: row.formerPrediction,
    decision,
    isContradicted:
      row.differs === 1 ||
      labelsDiffer(row, question) ||
      question.attributes.some(
        ({ now, former }, index) =>
          now !== undefined && former !== undefined && contradicts(values[index], formerValues[index]),
      ),
    values,
    formerValues,
    rows: row.n,
  };
};

/**
 * The live release's table is the measure: what it does not say, nothing contradicts. What it says and the other table
 * leaves out would otherwise be a way to call a row anything.
 */
const contradicts = (now: string | undefined, former: string | undefined): boolean =>
  former !== undefined && now !== former;

/** Labels are compared by whether they are favorable, because two manifests may call that differently. */
const labelsDiffer = ({ label, formerLabel }: Row, { now, former }: BehaviourQuestion): boolean => {
  const meaning = (value: string | undefined, favorable: string) =>
    value === undefined ? undefined : String(isSameValue(value, favorable));
  return contradicts(meaning(label, now.favorable_value), meaning(formerLabel, former.favorable_value));
};

const decisionOf = (
  { prediction, formerPrediction: formerly }: Pick<Row, 'prediction' | 'formerPrediction'>,
  { now, former }: BehaviourQuestion,
): keyof Decisions | undefined => {
  if (prediction === undefined || formerly === undefined) return undefined;
  const isYes = isSameValue(prediction, now.favorable_value);
  if (isSameValue(formerly, former.favorable_value)) return isYes ? 'stayedYes' : 'yesToNo';
  return isYes ? 'noToYes' : 'stayedNo';
};

const othersIn = (pairs: readonly Pair[], side: 'prediction' | 'formerPrediction', favorable: string): number =>
  new Set(pairs.flatMap(({ [side]: value }) => (value === undefined || isSameValue(value, favorable) ? [] : [value])))
    .size;

type Sum = { -readonly [Key in keyof Compared]: Compared[Key] };
const empty = (): Sum => ({
  ...{ stayedYes: 0, stayedNo: 0, yesToNo: 0, noToYes: 0 },
  rows: 0,
  undecided: 0,
  contradicted: 0,
});

const add = (sum: Sum, pair: Pair): void => {
  sum.rows += pair.rows;
  if (!isCommon(pair)) return;
  if (pair.decision === undefined) {
    sum.undecided += pair.rows;
    return;
  }
  sum[pair.decision] += pair.rows;
  if (pair.isContradicted) sum.contradicted += pair.rows;
};

const sumOf = (pairs: readonly Pair[]): Sum => {
  const sum = empty();
  for (const pair of pairs) add(sum, pair);
  return sum;
};

/** The groups of the attributes that one of the two manifests names. */
const groupsIn = (
  pairs: readonly Pair[],
  { attributes }: BehaviourQuestion,
  side: 'now' | 'former',
): GroupDecisions[] => {
  const names = attributes.map(({ name }) => name);
  const asked = attributes.flatMap((one) => (one[side] === undefined ? [] : [one.name]));
  const intersections = [...asked.map((name) => ({ name, of: [name] })), ...intersectionsOf(asked)];
  const groups = sumByGroup(pairs, { attributes: names, intersections, maximum: GROUPS_MAX }, { empty, add });
  if (groups === undefined) throw tooManyGroups();
  return groups.map(({ attribute, value, sum }) => ({ attribute, value, ...sum }));
};

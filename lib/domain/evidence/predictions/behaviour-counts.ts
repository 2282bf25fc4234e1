/** Interprets the result of the statement that compares two releases: what was decided about whom, then and now. */
import * as z from 'zod';
import { BehaviourCounts } from './behaviour.ts';
import { changesByColumn } from './behaviour-columns.ts';
import {
  ALL_ROWS,
  attributeAlias,
  type BehaviourQuestion,
  type FurtherColumn,
  formerAlias,
  REPEATED,
  REPEATED_SHOWN,
} from './behaviour-sql.ts';
import type { Decisions } from './decisions.ts';
import { sumByGroup } from './group-sums.ts';
import { intersectionsOf } from './intersections.ts';
import { GROUPS_MAX } from './predictions.ts';
import { tooManyGroups } from './predictions-counts.ts';
import { COMBINATIONS_MAX } from './predictions-sql.ts';
import { Count, Text, unreadable, Value, Whole } from './predictions-tally.ts';
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
  readonly values: readonly (string | undefined)[];
  readonly rows: number;
};

/** Establishes what changed, from the result of the statement, whichever engine ran it. */
export const behaviourCountsOf = (
  result: readonly unknown[],
  question: BehaviourQuestion,
  further: readonly FurtherColumn[],
): BehaviourCounts => {
  refuseManyCombinations(result);
  const rows = z.array(rowOf(question)).parse(result);
  refuseRepeated(rows, question);
  const whole = rows.filter(({ part }) => part === ALL_ROWS);
  const pairs = whole.map((row) => pairOf(row, question));
  const rowsWhere = (holds: (pair: Pair) => boolean) =>
    pairs.reduce((sum, pair) => (holds(pair) ? sum + pair.rows : sum), 0);
  const isCommon = ({ isHere, isThere }: Pair) => isHere && isThere;
  return BehaviourCounts.parse({
    rows: { now: rowsWhere(({ isHere }) => isHere), former: rowsWhere(({ isThere }) => isThere) },
    unnamed: {
      now: rowsWhere(({ isHere, isUnnamed }) => isHere && isUnnamed),
      former: rowsWhere(({ isThere, isUnnamed }) => isThere && isUnnamed),
    },
    common: rowsWhere(isCommon),
    contradicted: rowsWhere(({ isContradicted }) => isContradicted),
    undecided: rowsWhere((pair) => isCommon(pair) && pair.decision === undefined),
    otherValues: {
      now: othersIn(pairs, 'prediction', question.now.favorable_value),
      former: othersIn(pairs, 'formerPrediction', question.former.favorable_value),
    },
    all: decisionsIn(pairs),
    groups: groupsIn(pairs, question),
    columns: changesByColumn(
      rows.map((row) => ({ ...row, decision: decisionOf(row, question) })),
      further,
    ),
  });
};

const rowOf = ({ attributes }: BehaviourQuestion) =>
  z.object({
    part: Whole,
    here: Count.nullable(),
    there: Count.nullable(),
    label: Value,
    prediction: Value,
    former_label: Value,
    former_prediction: Value,
    cell: Text,
    n: Count,
    ...Object.fromEntries(
      attributes.flatMap(({ former }, index) => [
        [attributeAlias(index), Value],
        ...(former === undefined ? [] : [[formerAlias(index), Value] as const]),
      ]),
    ),
  });
type Row = z.infer<ReturnType<typeof rowOf>>;

const About = z.object({ part: Whole });

/** Before anything else is read: reading so many rows takes seconds. */
const refuseManyCombinations = (result: readonly unknown[]): void => {
  const whole = z
    .array(About)
    .parse(result)
    .filter(({ part }) => part === ALL_ROWS);
  if (whole.length <= COMBINATIONS_MAX) return;
  const problem = `give more than ${COMBINATIONS_MAX} combinations of values with the decisions of both releases: submit decisions, not scores, and name fewer attributes`;
  throw unreadable('predictions.protected_attributes', problem);
};

/** A repeated id pairs one decision with several, and which of them was made about the row nobody can say. */
const refuseRepeated = (rows: readonly Row[], { now, former }: BehaviourQuestion): void => {
  const repeated = rows.filter(({ part }) => part === REPEATED);
  if (repeated.length === 0) return;
  const named = repeated
    .slice(0, REPEATED_SHOWN)
    .map(
      ({ here, cell, n }) =>
        `${spelling(String(cell))} ${n} times in column ${here === 1 ? now.rowId : `${former.rowId} of the live release`}`,
    );
  const more = repeated.length > REPEATED_SHOWN ? ', and more' : '';
  throw unreadable('predictions.columns.row_id', `is to tell rows apart, but has ${named.join(', ')}${more}`);
};

/** What the statement says of a row that is in a table but has no id. */
const UNNAMED = 2;

const pairOf = (row: Row, question: BehaviourQuestion): Pair => {
  const cells: Readonly<Record<string, unknown>> = row;
  const cellIn = (alias: string) => (cells[alias] === undefined ? undefined : String(cells[alias]));
  const values = question.attributes.map((_, index) => cellIn(attributeAlias(index)));
  const formerValues = question.attributes.map((_, index) => cellIn(formerAlias(index)));
  const decision = decisionOf(row, question);
  return {
    isHere: row.here !== 0,
    isThere: row.there !== 0,
    isUnnamed: row.here === UNNAMED || row.there === UNNAMED,
    prediction: row.prediction,
    formerPrediction: row.former_prediction,
    decision,
    isContradicted: labelsDiffer(row, question) || values.some((value, index) => differ(value, formerValues[index])),
    values,
    rows: row.n,
  };
};

/** Only where both say something: a table may lack what the other has. */
const differ = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && a !== b;

/** Labels are compared by whether they are favorable, because two manifests may call that differently. */
const labelsDiffer = (row: Row, { now, former }: BehaviourQuestion): boolean =>
  row.label !== undefined &&
  row.former_label !== undefined &&
  isSameValue(row.label, now.favorable_value) !== isSameValue(row.former_label, former.favorable_value);

const decisionOf = (
  { prediction, former_prediction: formerly }: Pick<Row, 'prediction' | 'former_prediction'>,
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

const none = (): Decisions => ({ stayedYes: 0, stayedNo: 0, yesToNo: 0, noToYes: 0 });

const add = (sum: Decisions, { decision, rows }: Pair): void => {
  if (decision !== undefined) sum[decision] += rows;
};

const decisionsIn = (pairs: readonly Pair[]): Decisions => {
  const sum = none();
  for (const pair of pairs) add(sum, pair);
  return sum;
};

/** Groups are of the values that the release's own table has. A group of which no row is compared is left out. */
const groupsIn = (pairs: readonly Pair[], { attributes }: BehaviourQuestion) => {
  const names = attributes.map(({ name }) => name);
  const intersections = [...names.map((name) => ({ name, of: [name] })), ...intersectionsOf(names)];
  const compared = pairs.filter(({ decision }) => decision !== undefined);
  const groups = sumByGroup(compared, { attributes: names, intersections, maximum: GROUPS_MAX }, { empty: none, add });
  if (groups === undefined) throw tooManyGroups();
  return groups.map(({ attribute, value, sum }) => ({ attribute, value, ...sum }));
};

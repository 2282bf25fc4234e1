import { Refusal } from '../../refusal.ts';
import { unscale } from './fraction.ts';
import { type Intersection, intersectionsOf, largerIntersectionsOf } from './intersections.ts';
import {
  GROUPS_MAX,
  INTERSECTION,
  type Outcome,
  OutcomeCounts,
  type OutcomeGroup,
  perOutcome,
  type Squares,
  VALUES_SHOWN,
  WEIGHT_DECIMALS,
} from './predictions.ts';
import { type OutcomeQuestion, type Tally, talliesOf, unreadable } from './predictions-tally.ts';
import { isSameValue } from './same-value.ts';

/**
 * Establishes the outcomes of every group, and of every intersection of two or more attributes, from the result of the
 * statement.
 */
export const outcomeCountsOf = (rows: readonly unknown[], question: OutcomeQuestion): OutcomeCounts => {
  const tallies = talliesOf(rows, question);
  const attributes = question.protected_attributes;
  const rowsWhere = (holds: (tally: Tally) => boolean) =>
    tallies.reduce((sum, tally) => (holds(tally) ? sum + tally.rows : sum), 0);
  const predictions = valuesIn(
    tallies.map(({ prediction }) => prediction),
    question,
  );
  const labels = valuesIn(
    tallies.map(({ label }) => label),
    question,
  );
  const counts = OutcomeCounts.parse({
    attributes: [...attributes],
    ...groupsIn(tallies, question),
    rows: rowsWhere(() => true),
    missing: {
      predictions: rowsWhere(({ prediction }) => prediction === undefined),
      labels: rowsWhere(({ label }) => label === undefined),
      attributes: Object.fromEntries(
        attributes.map((name, index) => [name, rowsWhere(({ values }) => values[index] === undefined)]),
      ),
    },
    otherValues: { predictions: predictions.others, labels: labels.others },
    values: { predictions: predictions.values, labels: labels.values },
  });
  assertValues(counts, question);
  return counts;
};

const valuesIn = (texts: readonly (string | undefined)[], { favorable_value }: OutcomeQuestion) => {
  const values = [...new Set(texts.flatMap((text) => text ?? []))].sort(order);
  const others = values.filter((value) => !isSameValue(value, favorable_value)).length;
  return { others, values: { some: values.slice(0, VALUES_SHOWN), hasFavorable: others < values.length } };
};

/**
 * In JSON Lines, a missing column looks like one that is empty in every row. In any format, such a column is useless.
 */
const assertValues = ({ rows, missing }: OutcomeCounts, question: OutcomeQuestion): void => {
  const missingIn = {
    ...missing.attributes,
    [question.prediction_column]: missing.predictions,
    [question.label_column]: missing.labels,
  };
  const empty = rows === 0 ? [] : Object.entries(missingIn).filter(([, count]) => count === rows);
  if (empty.length === 0) return;
  const violations = empty.map(([name]) => ({
    field: 'predictions',
    problem: `lacks column ${name}, or it has no value in any row`,
  }));
  const list = violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  throw new Refusal('EvidenceUnreadable', `could not count outcomes: ${list}`, violations);
};

const groupsIn = (
  tallies: readonly Tally[],
  question: OutcomeQuestion,
): Pick<OutcomeCounts, 'groups' | 'largerIntersections'> => {
  const attributes = question.protected_attributes;
  const ofOne = attributes.map((name) => ({ name, of: [name] }));
  const groups = sumAll(tallies, question, [...ofOne, ...intersectionsOf(attributes)], GROUPS_MAX);
  if (groups === undefined) throw tooManyGroups();
  const larger = largerGroups(tallies, question, GROUPS_MAX - groups.length);
  return { groups, ...(larger === undefined ? {} : { largerIntersections: larger }) };
};

/** Every intersection is a walk over all combinations. More steps than this would take seconds. */
const STEPS_MAX = 10_000_000;

/** Most policies do not ask for these groups, so too many of them are left out and not refused. */
const largerGroups = (
  tallies: readonly Tally[],
  question: OutcomeQuestion,
  maximum: number,
): OutcomeGroup[] | undefined => {
  const { protected_attributes: attributes } = question;
  const intersections = 2 ** attributes.length - 1 - attributes.length - intersectionsOf(attributes).length;
  if (intersections === 0 || intersections * tallies.length > STEPS_MAX) return undefined;
  return sumAll(tallies, question, [...largerIntersectionsOf(attributes)], maximum);
};

/** The groups of these intersections, sorted; undefined if there are more than the maximum. */
const sumAll = (
  tallies: readonly Tally[],
  { protected_attributes: attributes, weight_column: weight }: OutcomeQuestion,
  intersections: readonly Intersection[],
  maximum: number,
): OutcomeGroup[] | undefined => {
  const groups: OutcomeGroup[] = [];
  for (const { name, of } of intersections) {
    const indexes = of.map((attribute) => attributes.indexOf(attribute));
    const sums = sumGroups(tallies, indexes, maximum - groups.length);
    if (sums === undefined) return undefined;
    groups.push(...sums.map((sum) => groupOf(name, sum, weight !== undefined)));
  }
  return groups.sort((a, b) => order(a.attribute, b.attribute) || order(a.value, b.value));
};

type Sum = {
  readonly value: string;
  readonly rows: Record<Outcome, number>;
  readonly weights: Record<Outcome, bigint>;
  readonly squares: Squares;
  missingPredictions: number;
  missingLabels: number;
};

/** Rows without the attribute form no group: the rows of all groups together fall short of all rows by their number. */
const sumGroups = (tallies: readonly Tally[], indexes: readonly number[], maximum: number): Sum[] | undefined => {
  const sums = new Map<string, Sum>();
  for (const tally of tallies) {
    const values = indexes.map((index) => tally.values[index]);
    if (values.includes(undefined)) continue;
    // Keyed by their encoding, because two different pairs of values may look the same when joined.
    const key = JSON.stringify(values);
    const sum = sums.get(key) ?? emptySum(values.join(INTERSECTION));
    sums.set(key, sum);
    if (sums.size > maximum) return undefined;
    add(sum, tally);
  }
  return [...sums.values()];
};

const tooManyGroups = () =>
  unreadable(
    'predictions.protected_attributes',
    `have more than ${GROUPS_MAX} groups: name attributes of few values, and put numbers such as age in bands`,
  );

const emptySum = (value: string): Sum => ({
  value,
  rows: perOutcome(() => 0),
  weights: perOutcome(() => 0n),
  squares: { count: 0, actualFavorable: 0, actualOther: 0 },
  missingPredictions: 0,
  missingLabels: 0,
});

const add = (sum: Sum, tally: Tally): void => {
  for (const outcome of tally.outcomes) {
    sum.rows[outcome] += tally.rows;
    sum.weights[outcome] += tally.weight;
  }
  if (tally.prediction !== undefined) sum.squares.count += tally.squares;
  if (tally.outcomes.includes('labelled')) {
    sum.squares[tally.outcomes.includes('actualFavorable') ? 'actualFavorable' : 'actualOther'] += tally.squares;
  }
  if (tally.prediction === undefined) sum.missingPredictions += tally.rows;
  else if (tally.label === undefined) sum.missingLabels += tally.rows;
};

const groupOf = (
  attribute: string,
  { value, rows, weights, squares, ...missing }: Sum,
  isWeighted: boolean,
): OutcomeGroup => ({
  attribute,
  value,
  ...rows,
  ...missing,
  ...(isWeighted ? { weights: perOutcome((outcome) => decimalOf(weights[outcome])), squares } : {}),
});

const decimalOf = (weight: bigint): string => unscale(weight, WEIGHT_DECIMALS).replace(/\.?0+$/, '');

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

import { Refusal } from '../../refusal.ts';
import { order, sumByGroup } from './group-sums.ts';
import { type Intersection, intersectionsOf, largerIntersectionsOf } from './intersections.ts';
import {
  addSum,
  emptySum,
  groupOf,
  missingPredictions,
  type OutcomeSum,
  outcomesIn,
  rowsIn,
  withoutLabel,
} from './outcome-sums.ts';
import {
  GROUP_NAMES_MAX_BYTES,
  GROUPS_MAX,
  type OutcomeCounts,
  type OutcomeGroup,
  VALUES_SHOWN,
} from './predictions.ts';
import { type OutcomeQuestion, outcomeSumsOf, unreadable, type ValuesSum } from './predictions-tally.ts';
import { isSameValue } from './same-value.ts';

/**
 * Establishes the outcomes of every group, and of every intersection of two or more attributes, from the result of the
 * statement.
 */
export const outcomeCountsOf = (rows: readonly unknown[], question: OutcomeQuestion): OutcomeCounts => {
  const { sums, labels, predictions } = outcomeSumsOf(rows, question);
  const attributes = question.protected_attributes;
  const whole = emptySum();
  for (const { sum } of sums) addSum(whole, sum);
  const [ofPredictions, ofLabels] = [valuesIn(predictions, question), valuesIn(labels, question)];
  const without = (index: number) =>
    sums.reduce((rows, { values, sum }) => (values[index] === undefined ? rows + rowsIn(sum) : rows), 0);
  const counts: OutcomeCounts = {
    attributes: [...attributes],
    ...groupsIn(sums, question),
    rows: rowsIn(whole),
    all: outcomesIn(whole),
    missing: {
      predictions: missingPredictions(whole),
      labels: withoutLabel(whole),
      attributes: Object.fromEntries(attributes.map((name, index) => [name, without(index)])),
    },
    otherValues: { predictions: ofPredictions.others, labels: ofLabels.others },
    values: { predictions: ofPredictions.values, labels: ofLabels.values },
  };
  assertValues(counts, question);
  return counts;
};

/** Refuses some rows of a table if they have so many groups already that the table would be refused. */
export const refuseManyGroups = (rows: readonly unknown[], question: OutcomeQuestion): void => {
  groupsIn(outcomeSumsOf(rows, question).sums, question);
};

const valuesIn = (found: ReadonlySet<string>, { favorable_value }: OutcomeQuestion) => {
  const values = [...found].sort(order);
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
  sums: readonly ValuesSum[],
  question: OutcomeQuestion,
): Pick<OutcomeCounts, 'groups' | 'largerIntersections'> => {
  const attributes = question.protected_attributes;
  const ofOne = attributes.map((name) => ({ name, of: [name] }));
  const groups = sumAll(sums, question, [...ofOne, ...intersectionsOf(attributes)], GROUPS_MAX);
  if (groups === undefined) throw tooManyGroups();
  assertShortNames(groups);
  const larger = largerGroups(sums, question, GROUPS_MAX - groups.length);
  return { groups, ...(larger === undefined ? {} : { largerIntersections: larger }) };
};

/** Every intersection is a walk over all sums. More steps than this would take seconds. */
const STEPS_MAX = 10_000_000;

/** Most policies do not ask for these groups, so too many of them are left out and not refused. */
const largerGroups = (
  sums: readonly ValuesSum[],
  question: OutcomeQuestion,
  maximum: number,
): OutcomeGroup[] | undefined => {
  const { protected_attributes: attributes } = question;
  const intersections = 2 ** attributes.length - 1 - attributes.length - intersectionsOf(attributes).length;
  if (intersections === 0 || intersections * sums.length > STEPS_MAX) return undefined;
  return sumAll(sums, question, [...largerIntersectionsOf(attributes)], maximum);
};

/** The groups of these intersections, sorted; undefined if there are more than the maximum. */
const sumAll = (
  sums: readonly ValuesSum[],
  { protected_attributes: attributes }: OutcomeQuestion,
  intersections: readonly Intersection[],
  maximum: number,
): OutcomeGroup[] | undefined =>
  sumByGroup(sums, { attributes, intersections, maximum }, SUMMING)?.map(({ attribute, value, sum }) =>
    groupOf(attribute, value, sum),
  );

const SUMMING = { empty: emptySum, add: (sum: OutcomeSum, part: ValuesSum) => addSum(sum, part.sum) };

/** What makes a table of too many groups unreadable. */
export const tooManyGroups = () =>
  unreadable(
    'predictions.protected_attributes',
    `have more than ${GROUPS_MAX} groups: name attributes of few values, and put numbers such as age in bands`,
  );

const assertShortNames = (groups: readonly OutcomeGroup[]): void => {
  const bytes = groups.reduce((sum, { attribute, value }) => sum + Buffer.byteLength(attribute + value), 0);
  if (bytes <= GROUP_NAMES_MAX_BYTES) return;
  const problem = `have ${groups.length} groups whose names have ${bytes} bytes in all; at most ${GROUP_NAMES_MAX_BYTES} are kept: name attributes of few and short values`;
  throw unreadable('predictions.protected_attributes', problem);
};

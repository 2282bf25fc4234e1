/** One attribute, or one intersection, in one fairness check: how far apart its groups are, or why nobody can say. */
import {
  type Comparison,
  type Judged,
  judgeIntervals,
  type Limit,
} from '../../evidence/fairness/decide-on-interval.ts';
import {
  fewInWords,
  type Gap,
  type GroupRate,
  gapsBetween,
  intervalOf,
  type Measured,
  type MeasureName,
  worse,
} from '../../evidence/fairness/fairness.ts';
import { rowsInWords } from '../../evidence/fairness/rates.ts';
import { compare, type Fraction, fraction, type Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { groupsOf, type Intersection, unseenGroups } from '../../evidence/predictions/intersections.ts';
import type { OutcomeCounts, OutcomeGroup } from '../../evidence/predictions/predictions.ts';
import { isSameValue } from '../../evidence/predictions/same-value.ts';
import { listed, sayUnless, sentences, shown } from '../finding.ts';
import { intervalInWords } from '../interval-in-words.ts';
import { adviseOnGroups } from './advise-on-groups.ts';
import { decidesOnInterval, rowsThatDecide } from './decide-on.ts';
import type { FairnessParameters } from './fairness-parameters.ts';

export type Question = {
  /** The name of the measure, as used in a sentence. */
  readonly name: string;
  readonly measure: MeasureName;
  readonly limit: { readonly kind: 'maximum' | 'minimum'; readonly value: Share };
  /** Whether the measure needs labels, or predictions alone. */
  readonly usesLabels: boolean;
};

export type AttributeFinding = {
  readonly status: 'passed' | 'failed' | 'inconclusive';
  readonly value?: Fraction;
  readonly explanation: string;
};

/** Two groups of an attribute, as the policy wants their doubt handled. */
type Compared = Comparison & { readonly measured: Measured };
export type JudgedAttribute = {
  readonly intersection: Intersection;
  readonly counts: OutcomeCounts;
  readonly groups: readonly OutcomeGroup[];
  readonly gaps: readonly Gap[];
  readonly judged: readonly Judged<Compared>[];
};

/** Compares the groups of all attributes that a check judges: with Holm, the doubt about one depends on all others. */
export const judgeTogether = (
  intersections: readonly Intersection[],
  counts: OutcomeCounts,
  { minimum_group_size: minimum, multiple_groups: adjustment = 'none' }: FairnessParameters,
  question: Question,
): JudgedAttribute[] => {
  const measured = intersections.map((intersection) => {
    const groups = groupsOf(counts, intersection.name);
    return { intersection, counts, groups, gaps: gapsBetween(question.measure, groups, minimum) };
  });
  const compared = measured.flatMap(({ gaps }) => gaps.flatMap(({ comparisons }) => comparisons.map(comparedAt)));
  const judged = judgeIntervals(compared, limitOf(question), adjustment);
  return measured.map((attribute) => {
    const own = attribute.gaps.reduce((sum, { comparisons }) => sum + comparisons.length, 0);
    return { ...attribute, judged: judged.splice(0, own) };
  });
};

const comparedAt = (measured: Measured): Compared => ({
  measured,
  intervalAt: (z, times) => intervalOf(measured, z, times),
});

const limitOf = ({ limit }: Question): Limit => ({ kind: limit.kind, value: Number(limit.value) });

export const judgeAttribute = (
  { intersection, counts, groups, gaps, judged }: JudgedAttribute,
  parameters: FairnessParameters,
  question: Question,
): AttributeFinding => {
  const attribute = intersection.name;
  const missing = missingProblems(attribute, groups, counts, parameters, question);
  if (missing.length > 0) return { status: 'inconclusive', explanation: sentences(missing) };
  const onInterval = decidesOnInterval(parameters);
  const tooWide = judged.filter(({ side, comparison: { measured } }) =>
    onInterval ? side === 'missed' : !isMet(measured.value, question.limit),
  );
  const found = (status: AttributeFinding['status'], explanation: string): AttributeFinding => ({
    status,
    value: worstOf(judged, question).comparison.measured.value,
    explanation,
  });
  // A further group or a further rate can only widen the gap, so if large groups are too far apart in one rate, the
  // check fails whatever the others are.
  if (tooWide.length > 0) return found('failed', describe('failed', attribute, worstOf(tooWide, question), question));
  const absent = absentGroups(intersection, groups, counts, parameters);
  const few = [...gaps.flatMap(fewInWords), ...absent.map((value) => `${value} (no row)`)];
  if (few.length > 0) {
    const names = [...new Set([...gaps.flatMap(({ tooFew }) => tooFew.map(({ value }) => value)), ...absent])];
    const advice = adviseOnGroups(attribute, names, counts);
    const explanation = `${shown(attribute)}: too few rows to judge ${listed(few)}; at least ${parameters.minimum_group_size} are needed. ${advice}`;
    return { status: 'inconclusive', explanation };
  }
  const reasons = gaps.flatMap(({ measure }) => (measure.kind === 'unmeasurable' ? [measure.reason] : []));
  if (reasons.length > 0) {
    const explanation = `${shown(attribute)}: the ${question.name} cannot be measured: ${reasons.join('; ')}. Check predictions.favorable_value, and evaluate on data with both outcomes in every group.`;
    return { status: 'inconclusive', explanation };
  }
  const open = judged.filter(({ side }) => onInterval && side === 'open');
  return open.length === 0
    ? found('passed', describe('passed', attribute, worstOf(judged, question), question))
    : found('inconclusive', sentences(open.map((one) => describeOpen(attribute, one, question))));
};

const worstOf = (judged: readonly Judged<Compared>[], { measure }: Question): Judged<Compared> =>
  judged.reduce((a, b) => {
    const [of, other] = [a.comparison.measured, b.comparison.measured];
    return worse(measure)(of, other) === of ? a : b;
  });

/** Groups without any row, although the policy expects them or an intersection of two that occur has them. */
const absentGroups = (
  intersection: Intersection,
  groups: readonly OutcomeGroup[],
  counts: OutcomeCounts,
  { expected_groups: expected }: FairnessParameters,
): string[] => {
  const isSeen = (value: string) => groups.some((group) => isSameValue(group.value, value));
  const expectedHere = Object.entries(expected).flatMap(([name, values]) => (name === intersection.name ? values : []));
  return [...expectedHere.filter((value) => !isSeen(value)), ...unseenGroups(counts, intersection)];
};

/** Too many missing values are a problem: these very rows could tell the groups apart. */
const missingProblems = (
  attribute: string,
  groups: readonly OutcomeGroup[],
  { rows }: OutcomeCounts,
  { maximum_missing: maximum }: FairnessParameters,
  { usesLabels }: Question,
): string[] => {
  const rowsOf = (group: OutcomeGroup) => group.count + group.missingPredictions;
  const ungrouped = rows - groups.reduce((sum, group) => sum + rowsOf(group), 0);
  const say = (missing: number, of: number, what: string) =>
    sayUnless(
      compare(fraction(missing, of) ?? share('0'), share(maximum)) <= 0,
      `${missing} of ${of} ${what}; the policy allows a share of ${maximum}. Complete the table of predictions.`,
    );
  return [
    ...say(ungrouped, rows, `rows have no ${shown(attribute)} (NULL, None, <NA>, NaN and blanks are no value)`),
    ...groups.flatMap((group) => [
      ...say(group.missingPredictions, rowsOf(group), `rows of ${shown(group.value)} have no prediction`),
      ...(usesLabels ? say(group.missingLabels, group.count, `rows of ${shown(group.value)} have no label`) : []),
    ]),
  ];
};

const isMet = (value: Fraction, { kind, value: limit }: Question['limit']): boolean =>
  kind === 'maximum' ? compare(value, share(limit)) <= 0 : compare(value, share(limit)) >= 0;

const describe = (
  status: 'passed' | 'failed',
  attribute: string,
  { comparison: { measured }, interval }: Judged<Compared>,
  { name, limit }: Question,
): string => {
  const relation = {
    maximum: status === 'passed' ? 'within' : 'above',
    minimum: status === 'passed' ? 'not below' : 'below',
  }[limit.kind];
  const facts = `${subjectOf(attribute, measured)}: the ${name} is ${toDecimal(measured.value)}, ${relation} the ${limit.kind} of ${limit.value} (${intervalInWords(interval)}); ${ratesInWords(measured)}.`;
  const advice =
    ' Find out why the model treats these two groups differently, and retrain with a fairness constraint or better data.';
  return status === 'passed' ? facts : facts + advice;
};

const describeOpen = (attribute: string, judged: Judged<Compared>, question: Question): string => {
  const { measured } = judged.comparison;
  const { name, limit } = question;
  const facts = `${subjectOf(attribute, measured)}: the ${name} is ${toDecimal(measured.value)}, but its ${intervalInWords(judged.interval)} straddles the ${limit.kind} of ${limit.value}; ${ratesInWords(measured)}.`;
  const groups = [measured.lowest, measured.highest].map(({ group }) => ({
    name: shown(group.value),
    rows: measured.rate.rowsOf(group),
  }));
  return `${facts} ${rowsThatDecide(judged, limitOf(question), groups)}`;
};

const subjectOf = (attribute: string, { lowest }: Measured): string =>
  `${shown(attribute)}${lowest.group.weights === undefined ? '' : ', weighted'}`;

const ratesInWords = ({ rate, lowest, highest }: Measured): string => {
  const said = ({ group, rate: value }: GroupRate) =>
    `${toDecimal(value)} for ${shown(group.value)} (${rowsInWords(group, rate)})`;
  return `${rate.name} ${said(lowest)} and ${said(highest)}`;
};

/** What the three fairness checks share: which groups are compared, when a number means nothing, and how it is worded. */
import * as z from 'zod';
import type { EvaluationReport } from '../../evidence/evaluation-report.ts';
import {
  fewInWords,
  type GroupRate,
  gapsBetween,
  type Measured,
  type MeasureName,
  worse,
} from '../../evidence/fairness/fairness.ts';
import { MINIMUM_ROWS, rowsInWords } from '../../evidence/fairness/rates.ts';
import { compare, type Fraction, fraction, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import {
  groupsOf,
  intersectionsOf,
  misnamedColumns,
  type OutcomeCounts,
  type OutcomeGroup,
  unseenGroups,
  withoutWeights,
} from '../../evidence/predictions/predictions.ts';
import { isSameValue } from '../../evidence/predictions/same-value.ts';
import type { Sha256 } from '../../identifiers.ts';
import type { ManifestRecord } from '../../release/manifest-record.ts';
import type { StageEvidence, Verdict } from '../check.ts';
import { type Finding, finding, judgeRead, listed, notProvided, sayUnless, sentences, shown } from '../finding.ts';
import { adviseOnGroups } from './advise-on-groups.ts';

/** What a policy may set for each fairness check, besides its threshold. */
export const fairnessParameters = {
  /** Rows in the denominator of each rate of a group. */
  minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  /** Attributes that must be judged. If none is named, those of the manifest are. */
  protected_attributes: z.array(z.string().min(1).max(64)).max(16).default([]),
  /** Whether to judge each pair of the attributes as well. */
  intersections: z.boolean().default(false),
  /** Share of rows that may lack an outcome or an attribute: a group whose failures are left out looks fair. */
  maximum_missing: Share.default('0'),
  /**
   * Values of an attribute that must occur. Otherwise a model that treats a group badly could pass by leaving the group
   * out.
   */
  expected_groups: z.record(z.string().max(64), z.array(z.string().min(1).max(256)).max(100)).default({}),
  /** Sample weights are the submitter's choice, so by default the groups must fare alike both with and without them. */
  sample_weights: z.enum(['with_and_without', 'with']).default('with_and_without'),
};
type FairnessParameters = z.infer<z.ZodObject<typeof fairnessParameters>>;

type Question = {
  /** The name of the measure, as used in a sentence. */
  readonly name: string;
  readonly measure: MeasureName;
  readonly limit: { readonly kind: 'maximum' | 'minimum'; readonly value: Share };
  /** Whether the measure needs labels, or predictions alone. */
  readonly usesLabels: boolean;
};

type AttributeFinding = {
  readonly status: 'passed' | 'failed' | 'inconclusive';
  readonly value?: Fraction;
  readonly explanation: string;
};

/** Establishes how far apart the groups of every protected attribute are, or why that cannot be measured. */
export const judgeFairness = (
  evidence: Pick<StageEvidence, 'manifest' | 'outcomeCounts' | 'evaluationReport'>,
  parameters: FairnessParameters,
  question: Question,
): Verdict => {
  const { limit } = question;
  const threshold = `${limit.kind === 'maximum' ? 'at most' : 'at least'} ${limit.value}`;
  const { outcomeCounts, evaluationReport } = evidence;
  if (outcomeCounts === undefined) {
    const explanation =
      'No outcomes were counted. Point predictions.uri of the manifest to the predictions on the test data.';
    return { ...notProvided(threshold, explanation), evidenceSha256: '' };
  }
  return judgeRead(outcomeCounts, 'table of predictions', threshold, (counts) => {
    const subject = judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
      const wrong = subjectProblems(report, outcomeCounts.sha256, counts.rows, evidence.manifest);
      return finding(wrong.length === 0 ? 'passed' : 'failed', 'other predictions', threshold, sentences(wrong));
    });
    if (subject.status !== 'passed') return subject;
    return judgeCounts(counts, evidence.manifest.predictions.favorable_value, { parameters, question, threshold });
  });
};

/** The evaluation report ties the predictions to the artifact; without it they could be those of a fairer model. */
const subjectProblems = (
  report: EvaluationReport,
  sha256: Sha256,
  rows: number,
  manifest: ManifestRecord,
): string[] => [
  ...sayUnless(
    report.predictions_sha256 === sha256,
    `The evaluation report is about predictions ${report.predictions_sha256 ?? '(not named)'}, but ${sha256} were submitted.`,
  ),
  ...sayUnless(
    report.artifact_sha256 === manifest.artifact_sha256,
    `The evaluation report is about artifact ${report.artifact_sha256 ?? '(not named)'}, but ${manifest.artifact_sha256} is to be released.`,
  ),
  ...sayUnless(
    report.test_split?.rows === rows,
    `The evaluation report has ${report.test_split?.rows ?? 'an unnamed number of'} test rows, the predictions have ${rows}. Submit all of them.`,
  ),
];

const judgeCounts = (
  counts: OutcomeCounts,
  favorable: string,
  {
    parameters,
    question,
    threshold,
  }: { readonly parameters: FairnessParameters; readonly question: Question; readonly threshold: string },
): Finding => {
  const named = parameters.protected_attributes.length > 0 ? parameters.protected_attributes : counts.attributes;
  const absent = named.filter((name) => !counts.attributes.includes(name));
  if (absent.length > 0) {
    const explanation = `The policy asks for groups by ${listed(absent)}. Add the column to the predictions and to predictions.protected_attributes of the manifest.`;
    return notProvided(threshold, explanation);
  }
  const unclear = outcomeProblems(counts, favorable, question);
  if (unclear.length > 0) return finding('inconclusive', 'not measurable', threshold, sentences(unclear));
  const pairs = intersectionsOf(counts.attributes.filter((name) => named.includes(name))).map(({ name }) => name);
  const attributes = parameters.intersections ? [...named, ...pairs] : named;
  const findings = weighings(counts, parameters).flatMap((weighing) =>
    attributes.map((attribute) => judgeAttribute(attribute, weighing, parameters, question)),
  );
  const status = (['failed', 'inconclusive'] as const).find((worst) => findings.some((one) => one.status === worst));
  const explanations = findings.filter((one) => one.status === (status ?? 'passed')).map((one) => one.explanation);
  return finding(
    status ?? 'passed',
    worstOf(findings, question.limit.kind),
    threshold,
    sentences([...explanations, ...missingStatement(counts)]),
  );
};

/** Unweighted counts are judged first, so that a difference that exists only with weights is reported as such. */
const weighings = (counts: OutcomeCounts, { sample_weights }: FairnessParameters): OutcomeCounts[] => {
  if (counts.groups.every((group) => group.weights === undefined)) return [counts];
  return sample_weights === 'with' ? [counts] : [withoutWeights(counts), counts];
};

/** Missing values are reported even where the policy allows them. */
const missingStatement = ({ rows, missing }: OutcomeCounts): string[] => {
  const said = [
    ...(missing.predictions > 0 ? [`${missing.predictions} have no prediction`] : []),
    ...(missing.labels > 0 ? [`${missing.labels} have no label`] : []),
    ...Object.entries(missing.attributes).flatMap(([name, n]) => (n > 0 ? [`${n} have no ${shown(name)}`] : [])),
  ];
  return said.length === 0 ? [] : [`Of ${rows} rows, ${said.join(', ')}.`];
};

/** Columns of more values than this hold scores, in which no favorable value is to be looked for. */
const DECISIONS_MAX = 4;

/** A yes-or-no outcome has one other value. With two, a misspelt yes would count as a no. */
const outcomeProblems = (counts: OutcomeCounts, favorable: string, { usesLabels }: Question): string[] => {
  const { rows, otherValues, values } = counts;
  if (rows === 0) return ['The table of predictions has no rows. Submit the predictions on the held-out test data.'];
  const columns = usesLabels ? (['predictions', 'labels'] as const) : (['predictions'] as const);
  const misnamed = misnamedColumns(counts);
  return columns.flatMap((column) => {
    const are = listed(values[column].some);
    if (otherValues[column] > DECISIONS_MAX || !misnamed.includes(column)) {
      const problem = `The ${column} have ${otherValues[column]} values besides the favorable one (they are ${are}). Submit decisions of two values, not scores.`;
      return sayUnless(otherValues[column] <= 1, problem);
    }
    return `None of the ${column} is ${shown(favorable)}, the favorable value: they are ${are}. Write predictions.favorable_value as the ${column} do.`;
  });
};

const judgeAttribute = (
  attribute: string,
  counts: OutcomeCounts,
  parameters: FairnessParameters,
  question: Question,
): AttributeFinding => {
  const groups = groupsOf(counts, attribute);
  const missing = missingProblems(attribute, groups, counts, parameters, question);
  if (missing.length > 0) return { status: 'inconclusive', explanation: sentences(missing) };
  const minimum = parameters.minimum_group_size;
  const gaps = gapsBetween(question.measure, groups, minimum);
  const measured = gaps.flatMap(({ measure }) => (measure.kind === 'measured' ? [measure] : []));
  const tooWide = measured.filter(({ value }) => !isMet(value, question.limit));
  // A further group or a further rate can only widen the gap, so if large groups are too far apart in one rate, the
  // check fails whatever the others are.
  if (tooWide.length > 0) return describe('failed', attribute, tooWide.reduce(worse(question.measure)), question);
  const absent = absentGroups(attribute, groups, counts, parameters);
  const few = [...gaps.flatMap(fewInWords), ...absent.map((value) => `${value} (no row)`)];
  if (few.length > 0) {
    const names = [...new Set([...gaps.flatMap(({ tooFew }) => tooFew.map(({ value }) => value)), ...absent])];
    const advice = adviseOnGroups(attribute, names, counts);
    const explanation = `${shown(attribute)}: too few rows to judge ${listed(few)}; at least ${minimum} are needed. ${advice}`;
    return { status: 'inconclusive', explanation };
  }
  const reasons = gaps.flatMap(({ measure }) => (measure.kind === 'unmeasurable' ? [measure.reason] : []));
  if (reasons.length > 0) {
    const explanation = `${shown(attribute)}: the ${question.name} cannot be measured: ${reasons.join('; ')}. Check predictions.favorable_value, and evaluate on data with both outcomes in every group.`;
    return { status: 'inconclusive', explanation };
  }
  return describe('passed', attribute, measured.reduce(worse(question.measure)), question);
};

/** Groups without any row, although the policy expects them or an intersection of two that occur has them. */
const absentGroups = (
  attribute: string,
  groups: readonly OutcomeGroup[],
  counts: OutcomeCounts,
  { expected_groups: expected }: FairnessParameters,
): string[] => {
  const isSeen = (value: string) => groups.some((group) => isSameValue(group.value, value));
  const expectedHere = Object.entries(expected).flatMap(([name, values]) => (name === attribute ? values : []));
  return [...expectedHere.filter((value) => !isSeen(value)), ...unseenGroups(counts, attribute)];
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
  measure: Measured,
  { name, limit }: Question,
): AttributeFinding => {
  const relation = {
    maximum: status === 'passed' ? 'within' : 'above',
    minimum: status === 'passed' ? 'not below' : 'below',
  }[limit.kind];
  const isWeighted = measure.lowest.group.weights !== undefined;
  const rate = ({ group, rate: value }: GroupRate) =>
    `${toDecimal(value)} for ${shown(group.value)} (${rowsInWords(group, measure.rate)})`;
  const facts = `${shown(attribute)}${isWeighted ? ', weighted' : ''}: the ${name} is ${toDecimal(measure.value)}, ${relation} the ${limit.kind} of ${limit.value}; ${measure.rate.name} ${rate(measure.lowest)} and ${rate(measure.highest)}.`;
  const advice =
    ' Find out why the model treats these two groups differently, and retrain with a fairness constraint or better data.';
  return { status, value: measure.value, explanation: status === 'passed' ? facts : facts + advice };
};

const worstOf = (findings: readonly AttributeFinding[], kind: 'maximum' | 'minimum'): string => {
  const values = findings.flatMap(({ value }) => (value === undefined ? [] : [value])).sort(compare);
  const worst = kind === 'maximum' ? values.at(-1) : values[0];
  return worst === undefined ? 'not measurable' : toDecimal(worst);
};

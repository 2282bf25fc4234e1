/** What the three fairness checks share: which groups are compared, and how the findings become one verdict. */
import { compare, toDecimal } from '../../evidence/predictions/fraction.ts';
import { type Intersection, intersectionsOf, largerIntersectionsOf } from '../../evidence/predictions/intersections.ts';
import {
  GROUPS_MAX,
  misnamedColumns,
  type OutcomeCounts,
  withoutWeights,
} from '../../evidence/predictions/predictions.ts';
import type { StageEvidence, Verdict } from '../check.ts';
import { type Finding, finding, judgeRead, listed, notProvided, sayUnless, sentences, shown } from '../finding.ts';
import { predictionProblems } from '../measured-on.ts';
import { favorableProblem } from './accepted-favorable.ts';
import { decisionInWords, thresholdOn } from './decide-on.ts';
import type { FairnessParameters } from './fairness-parameters.ts';
import { type AttributeFinding, judgeAttribute, judgeTogether, type Question } from './judge-attribute.ts';

/** Establishes how far apart the groups of every protected attribute are, or why that cannot be measured. */
export const judgeFairness = (
  evidence: Pick<StageEvidence, 'manifest' | 'outcomeCounts' | 'evaluationReport'>,
  parameters: FairnessParameters,
  question: Question,
): Verdict => {
  const { limit } = question;
  const threshold = thresholdOn(`${limit.kind === 'maximum' ? 'at most' : 'at least'} ${limit.value}`, parameters);
  const { outcomeCounts, evaluationReport } = evidence;
  if (outcomeCounts === undefined) {
    const explanation =
      'No outcomes were counted. Point predictions.uri of the manifest to the predictions on the test data.';
    return { ...notProvided(threshold, explanation), evidenceSha256: '' };
  }
  return judgeRead(outcomeCounts, 'table of predictions', threshold, (counts) => {
    const subject = judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
      // It ties the predictions to the artifact; without it they could be those of a fairer model.
      const { manifest } = evidence;
      const wrong = predictionProblems({
        report,
        predictionsSha256: outcomeCounts.sha256,
        rows: counts.rows,
        manifest,
      });
      return finding(wrong.length === 0 ? 'passed' : 'failed', 'other predictions', threshold, sentences(wrong));
    });
    if (subject.status !== 'passed') return subject;
    return judgeCounts(counts, evidence.manifest.predictions.favorable_value, { parameters, question, threshold });
  });
};

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
  const turned = favorableProblem(favorable, parameters);
  if (turned !== undefined) return finding('failed', 'another decision', threshold, turned);
  const unclear = outcomeProblems(counts, favorable, question);
  if (unclear.length > 0) return finding('inconclusive', 'not measurable', threshold, sentences(unclear));
  const asked = intersectionsAsked(named, counts, parameters);
  if (asked === undefined) {
    const explanation = `The attributes have more than ${GROUPS_MAX} intersections with rows, or too many to count. Name fewer attributes in the policy and in predictions.protected_attributes, or put values in bands.`;
    return finding('inconclusive', 'not measurable', threshold, explanation);
  }
  const judged = weighings(counts, parameters).map((weighing) => judgeTogether(asked, weighing, parameters, question));
  const findings = judged.flat().map((attribute) => judgeAttribute(attribute, parameters, question));
  const comparisons = judged.map((one) => one.reduce((sum, attribute) => sum + attribute.judged.length, 0));
  const status = (['failed', 'inconclusive'] as const).find((worst) => findings.some((one) => one.status === worst));
  const explanations = findings.filter((one) => one.status === (status ?? 'passed')).map((one) => one.explanation);
  // Early, because a long explanation is cut, and nobody may miss on what it was decided.
  const said = explanations.toSpliced(1, 0, decisionInWords(parameters, Math.max(...comparisons)));
  return finding(
    status ?? 'passed',
    worstOf(findings, question.limit.kind),
    threshold,
    sentences([...said, ...missingStatement(counts)]),
  );
};

/** The attributes, and those of their intersections that the policy asks for; undefined if these were not counted. */
const intersectionsAsked = (
  named: readonly string[],
  { attributes, largerIntersections }: OutcomeCounts,
  { intersections }: FairnessParameters,
): Intersection[] | undefined => {
  const own = named.map((name) => ({ name, of: [name] }));
  if (intersections === false) return own;
  // In the order of the manifest, which their names have.
  const together = attributes.filter((name) => named.includes(name));
  const pairs = [...own, ...intersectionsOf(together)];
  if (intersections === true || together.length < 3) return pairs;
  return largerIntersections && [...pairs, ...largerIntersectionsOf(together)];
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
/** A column of a few short values in at least this many rows holds decisions, and nothing about a single person. */
const DECISIVE_ROWS = 30;
const DECISION_MAX_CHARACTERS = 16;

/** A yes-or-no outcome has one other value. With two, a misspelt yes would count as a no. */
const outcomeProblems = (counts: OutcomeCounts, favorable: string, { usesLabels }: Question): string[] => {
  const { rows, otherValues, values } = counts;
  if (rows === 0) return ['The table of predictions has no rows. Submit the predictions on the held-out test data.'];
  const columns = usesLabels ? (['predictions', 'labels'] as const) : (['predictions'] as const);
  const misnamed = misnamedColumns(counts);
  return columns.flatMap((column) => {
    if (otherValues[column] > DECISIONS_MAX || !misnamed.includes(column)) {
      const problem = `The ${column} have ${otherValues[column]} values besides the favorable one. Submit decisions of two values, not scores.`;
      return sayUnless(otherValues[column] <= 1, problem);
    }
    // What a check says is kept for ever. A word that many rows share is a decision; any other cell may be about one person.
    const isDecision =
      rows >= DECISIVE_ROWS && values[column].some.every((value) => value.length <= DECISION_MAX_CHARACTERS);
    const are = isDecision ? `: they are ${listed(values[column].some)}` : '';
    return `None of the ${column} is ${shown(favorable)}, the favorable value${are}. Write predictions.favorable_value as the ${column} do.`;
  });
};

const worstOf = (findings: readonly AttributeFinding[], kind: 'maximum' | 'minimum'): string => {
  const values = findings.flatMap(({ value }) => (value === undefined ? [] : [value])).sort(compare);
  const worst = kind === 'maximum' ? values.at(-1) : values[0];
  return worst === undefined ? 'not measurable' : toDecimal(worst);
};

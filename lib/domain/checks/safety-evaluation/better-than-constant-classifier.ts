import * as z from 'zod';
import { compare, fraction, toDecimal } from '../../evidence/predictions/fraction.ts';
import { accuracyOf, commonestLabel } from '../../evidence/predictions/model-outputs.ts';
import { defineCheck } from '../check.ts';
import { finding, judgeRead, sentences, shown } from '../finding.ts';
import { predictionProblems } from '../measured-on.ts';
import { adviseOnDecisions } from './advise-on-decisions.ts';

const THRESHOLD = 'more accurate than always giving the most common answer';

const ADVICE = 'State which measure makes the model worth having, or improve it.';

/** Establishes that the model does better than always answering with the most common label. */
export const betterThanConstantClassifier = defineCheck({
  name: 'better_than_constant_classifier',
  stage: 'safety_evaluation',
  knownBy: 'counted',
  reads: ['manifest', 'evaluationReport', 'modelOutputs'],
  parameters: z.strictObject({}),
  judge: ({ manifest, evaluationReport, modelOutputs }) =>
    judgeRead(modelOutputs, 'table of predictions', THRESHOLD, ({ groups }) =>
      judgeRead(evaluationReport, 'evaluation report', THRESHOLD, (report) => {
        const { correct, labelled, rows } = accuracyOf(groups);
        const wrong = predictionProblems({ report, predictionsSha256: modelOutputs.sha256, rows, manifest });
        if (wrong.length > 0) return finding('failed', 'other predictions', THRESHOLD, sentences(wrong));
        const constant = commonestLabel(groups);
        const accuracy = fraction(correct, labelled);
        const baseline = fraction(constant?.rows ?? 0, labelled);
        if (constant === undefined || accuracy === undefined || baseline === undefined) {
          return finding('inconclusive', 'not measurable', THRESHOLD, 'No row has both a decision and a label.');
        }
        const isBetter = compare(accuracy, baseline) > 0;
        const facts = `The model agrees with ${toDecimal(accuracy)} of the labels; always answering ${shown(constant.label)} would agree with ${toDecimal(baseline)}.`;
        return finding(
          isBetter ? 'passed' : 'failed',
          `${toDecimal(accuracy)} against ${toDecimal(baseline)}`,
          THRESHOLD,
          isBetter ? facts : `${facts} ${adviseOnDecisions(groups, ADVICE)}`,
        );
      }),
    ),
});

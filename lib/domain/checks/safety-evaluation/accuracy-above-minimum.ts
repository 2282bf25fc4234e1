import * as z from 'zod';
import { compare, fraction, Share, share, toDecimal } from '../../evidence/predictions/fraction.ts';
import { accuracyOf } from '../../evidence/predictions/model-outputs.ts';
import { defineCheck } from '../check.ts';
import { finding, judgeRead, sentences } from '../finding.ts';
import { predictionProblems } from '../measured-on.ts';
import { adviseOnDecisions } from './advise-on-decisions.ts';

const ADVICE = 'Improve the model, or show with better labels that it is good enough.';

/** Establishes that the model's accuracy is high enough, counted from the predictions. */
export const accuracyAboveMinimum = defineCheck({
  name: 'accuracy_above_minimum',
  stage: 'safety_evaluation',
  knownBy: 'counted',
  reads: ['manifest', 'evaluationReport', 'modelOutputs'],
  parameters: z.strictObject({ minimum: Share.default('0.5') }),
  judge: ({ manifest, evaluationReport, modelOutputs }, { minimum }) => {
    const threshold = `at least ${minimum}`;
    const verdict = judgeRead(modelOutputs, 'table of predictions', threshold, ({ groups }) =>
      judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
        const { correct, labelled, rows } = accuracyOf(groups);
        const wrong = predictionProblems({ report, predictionsSha256: modelOutputs.sha256, rows, manifest });
        if (wrong.length > 0) return finding('failed', 'other predictions', threshold, sentences(wrong));
        const accuracy = fraction(correct, labelled);
        if (accuracy === undefined) {
          return finding('inconclusive', 'not measurable', threshold, 'No row has both a decision and a label.');
        }
        const isMet = compare(accuracy, share(minimum)) >= 0;
        const facts = `${correct} of ${labelled} decisions agree with their label: ${toDecimal(accuracy)}; the policy asks for ${minimum}.`;
        return finding(
          isMet ? 'passed' : 'failed',
          toDecimal(accuracy),
          threshold,
          isMet ? facts : `${facts} ${adviseOnDecisions(groups, ADVICE)}`,
        );
      }),
    );
    // A common wording, which pipelines look for.
    return evaluationReport.kind === 'read'
      ? verdict
      : { ...verdict, explanation: `Evaluation report missing! ${verdict.explanation}` };
  },
});

import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../lib/domain/checks/known-checks.ts';
import { parseEvaluationReport } from '../../../lib/domain/evidence/readers/evaluation-report.ts';
import { vector } from '../evidence/vectors.ts';
import { aCard, read, someEvidence } from './stage-evidence.ts';

const evidence = someEvidence({
  modelCard: read(aCard({ metrics: { weighted_recall: 0.62 } })),
  evaluationReport: read(parseEvaluationReport(vector('model-quality-multiclass.json'))),
});
const verdictOf = (name: string) => CHECKS.find((check) => check.name === name)?.judge(evidence, {});

describe('a foreign report that is not tied to the release', () => {
  it.each([
    [
      'performance_metrics_populated',
      'failed',
      'The evaluation report has artifact_sha256 (not given); this release has',
    ],
    ['demographic_parity_within_threshold', 'failed', 'is about predictions (not named), but'],
    ['equalised_odds_within_threshold', 'failed', 'is about artifact (not named), but'],
    ['disparate_impact_ratio_above_minimum', 'failed', 'has an unnamed number of test rows, the predictions have'],
    ['pii_handling_verified', 'not_provided', 'does not say which features the model reads'],
  ])('does not pass %s', (name, status, explanation) => {
    expect(verdictOf(name)).toMatchObject({ status, explanation: expect.stringContaining(explanation) });
  });
});

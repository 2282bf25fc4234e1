import { describe, expect, it } from 'vitest';
import { itJudges, judge } from '../known-cases.ts';
import { aCard, aReport, digestOf, read, someEvidence, unreadable } from '../stage-evidence.ts';

const card = (changes: object) => someEvidence({ modelCard: read(aCard(changes)) });
const report = (changes: object) => someEvidence({ evaluationReport: read(aReport(changes)) });

describe('model_card_schema_valid (MC-1, MC-3, MC-5)', () => {
  itJudges('model_card_schema_valid', [
    {
      claim: 'passes a complete card of this release',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'complete',
      says: ['credit 2.1.0', '7 required sections'],
    },
    {
      claim: 'fails the card of another version',
      evidence: card({ version: '2.0.0' }),
      status: 'failed',
      says: ['version is 2.0.0; this release is 2.1.0'],
    },
    {
      claim: 'fails a card without name and owner',
      evidence: card({ model_name: undefined, version: undefined, owner: undefined }),
      status: 'failed',
      measured: '3 wrong',
      says: ['owner is missing', 'model_name is missing', 'version is missing'],
    },
    {
      claim: 'fails the card of another artifact',
      evidence: card({ artifact_sha256: digestOf('other') }),
      status: 'failed',
      says: ['artifact_sha256', digestOf('other').slice(0, 60)],
    },
    {
      claim: 'passes a card that names no artifact',
      evidence: card({ artifact_sha256: undefined }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails it where the policy wants the card tied to its artifact',
      evidence: card({ artifact_sha256: undefined }),
      parameters: { require_artifact_sha256: true },
      status: 'failed',
      measured: '1 wrong',
      says: ['artifact_sha256 is missing'],
    },
    {
      claim: 'passes a card that is tied to this artifact',
      evidence: someEvidence(),
      parameters: { require_artifact_sha256: true },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails a file that is no card, with the fields at fault',
      evidence: someEvidence({ modelCard: unreadable('metrics.auc expected number') }),
      status: 'failed',
      says: ['metrics.auc expected number'],
    },
  ]);

  it.each([
    ['overview', { overview: '' }],
    ['not_for_use', { not_for_use: [] }],
    ['training_data.period', { training_data: { source: 'The register' } }],
    ['evaluation.test_data', { evaluation: { conditions: 'Threshold 0.8' } }],
    ['fairness_analysis', { fairness_analysis: undefined }],
    ['fairness_analysis', { fairness_analysis: {} }],
    ['fairness_analysis', { fairness_analysis: [] }],
    ['known_limitations', { known_limitations: [] }],
    ['operational_requirements.monitoring', { operational_requirements: { compute: 'One core', latency: '50 ms' } }],
  ])('asks for %s by name', (field, changes) => {
    const verdict = judge('model_card_schema_valid', card(changes));

    expect(verdict).toMatchObject({ status: 'failed', explanation: `${field} is missing.` });
  });

  it('asks only for the sections that the policy names', () => {
    const bare = card({ overview: undefined, evaluation: undefined });

    expect(judge('model_card_schema_valid', bare, { required_sections: [] }).status).toBe('passed');
    expect(judge('model_card_schema_valid', bare, { required_sections: ['overview'] }).status).toBe('failed');
  });
});

describe('performance_metrics_populated', () => {
  itJudges('performance_metrics_populated', [
    {
      claim: 'passes a card whose metrics were measured',
      evidence: someEvidence(),
      status: 'passed',
      measured: '2 metrics, 0 wrong',
      says: [digestOf('artifact').slice(0, 12)],
    },
    {
      claim: 'passes a last digit that two programs print differently',
      evidence: card({ metrics: { accuracy: 0.86 + 1e-12 } }),
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails a metric that is a little better on the card',
      evidence: card({ metrics: { accuracy: 0.861 } }),
      status: 'failed',
      measured: '1 metrics, 1 wrong',
      says: ['accuracy is 0.861 on the card', 'measured 0.86'],
    },
    {
      claim: 'fails a metric that nobody measured',
      evidence: card({ metrics: { accuracy: 0.86, wisdom: 1 } }),
      status: 'failed',
      says: ['wisdom is on the card but not in the evaluation report'],
    },
    {
      claim: 'fails a card that lacks what the policy asks for',
      evidence: someEvidence(),
      parameters: { required_metrics: ['recall'] },
      status: 'failed',
      says: ['recall is required by the policy'],
    },
    {
      claim: 'fails a report on another artifact',
      evidence: report({ artifact_sha256: digestOf('fairer model') }),
      status: 'failed',
      says: ['artifact_sha256', 'Evaluate what is released'],
    },
    {
      claim: 'fails a report on other predictions',
      evidence: report({ predictions_sha256: digestOf('other predictions') }),
      status: 'failed',
      says: ['predictions_sha256'],
    },
    {
      claim: 'fails a report on another model and version',
      evidence: report({ model_name: 'debit', model_version: '2.0.0' }),
      status: 'failed',
      says: ['model_name debit', 'model_version 2.0.0'],
    },
    {
      claim: 'has nothing to judge without metrics',
      evidence: card({ metrics: {} }),
      status: 'not_provided',
      says: ['metrics'],
    },
    {
      claim: 'is an error when the report cannot be read',
      evidence: someEvidence({ evaluationReport: unreadable('document is not UTF-8') }),
      status: 'error',
      says: ['evaluation report', 'not UTF-8'],
    },
  ]);
});

describe('performance_metrics_populated, of predictions that are not pinned,', () => {
  it('judges the artifact alone', () => {
    const { predictionsSha256: _, ...evidence } = report({ predictions_sha256: digestOf('other predictions') });

    expect(judge('performance_metrics_populated', evidence).status).toBe('passed');
  });

  it('fails a report that does not say on which it was measured', () => {
    const { predictionsSha256: _, ...evidence } = report({ predictions_sha256: undefined });

    expect(judge('performance_metrics_populated', evidence)).toMatchObject({
      status: 'failed',
      explanation: expect.stringContaining('predictions_sha256 (not given)'),
    });
  });
});

describe('failure_modes_documented', () => {
  const DRIFT = { mode: 'Drift', effect: 'Wrong scores', mitigation: 'Weekly comparison' };
  itJudges('failure_modes_documented', [
    {
      claim: 'passes modes with effect and mitigation',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1 complete',
      says: ['effect'],
    },
    {
      claim: 'fails a mode that nobody mitigates',
      evidence: card({ failure_modes: [DRIFT, { mode: 'Outage', effect: 'No scores', mitigation: 'TODO' }] }),
      status: 'failed',
      says: ['Failure mode 2 (Outage) lacks mitigation'],
    },
    {
      claim: 'fails fewer modes than the policy asks for',
      evidence: someEvidence(),
      parameters: { minimum: 2 },
      status: 'failed',
      says: ['1 failure modes are complete; the policy asks for 2'],
    },
    {
      claim: 'has nothing to judge without failure modes',
      evidence: card({ failure_modes: [] }),
      status: 'not_provided',
      says: ['Add failure_modes'],
    },
  ]);
});

describe('security_properties_documented (MC-4)', () => {
  itJudges('security_properties_documented', [
    {
      claim: 'passes a card that names one',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1',
      says: ['1 security'],
    },
    {
      claim: 'fails placeholders',
      evidence: card({ security_properties: ['TBD', 'n/a.', ''] }),
      status: 'failed',
      measured: '0',
      says: ['at least 1'],
    },
    {
      claim: 'has nothing to judge without security properties',
      evidence: card({ security_properties: [] }),
      status: 'not_provided',
      says: ['Add security_properties'],
    },
  ]);
});

describe('intended_use_defined', () => {
  itJudges('intended_use_defined', [
    { claim: 'passes uses and exclusions', evidence: someEvidence(), status: 'passed', says: ['1 intended uses'] },
    {
      claim: 'fails a model that is for everything',
      evidence: card({ not_for_use: ['none'] }),
      status: 'failed',
      measured: '1 intended uses, 0 exclusions',
      says: ['Add to not_for_use'],
    },
    {
      claim: 'has nothing to judge when neither is said',
      evidence: card({ intended_use: [], not_for_use: [] }),
      status: 'not_provided',
      says: ['intended_use and not_for_use'],
    },
  ]);
});

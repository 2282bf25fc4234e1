import { describe } from 'vitest';
import { itJudges } from './known-cases.ts';
import { aManifest, anAnalysis, digestOf, read, someEvidence, someTraining, unreadable } from './stage-evidence.ts';

const absent = { kind: 'absent' } as const;

describe('training_provenance_consistent', () => {
  const by = (changes: Parameters<typeof someTraining>[0]) =>
    someEvidence({ trainingProvenance: read(someTraining(changes)) });
  itJudges('training_provenance_consistent', [
    {
      claim: 'passes provenance of this artifact, commit and data, and names who vouches for it',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'https://ci.bank.example',
      says: ['an in-toto statement from https://ci.bank.example', 'a'.repeat(40)],
    },
    {
      claim: 'fails provenance of another artifact, of other data and of another commit, all at once',
      evidence: by({
        subjects: [{ name: 'model', sha256: digestOf('another') }],
        materials: [{ name: 'old register', sha256: digestOf('old') }],
        gitCommits: ['b'.repeat(40)],
      }),
      status: 'failed',
      says: [digestOf('another'), 'Create one for this artifact', 'old register', digestOf('dataset'), 'b'.repeat(40)],
    },
    {
      claim: 'fails provenance that names nothing',
      evidence: by({ subjects: [], materials: [], gitCommits: [] }),
      status: 'failed',
      says: ['about no artifact', 'names nothing as its inputs', 'names commit (none)'],
    },
    {
      claim: 'passes a builder that the policy accepts',
      evidence: someEvidence(),
      parameters: { accepted_builders: ['https://ci.bank.example'] },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails any other, and one that has no name',
      evidence: someEvidence({ trainingProvenance: read((({ builder: _, ...facts }) => facts)(someTraining())) }),
      parameters: { accepted_builders: ['https://ci.bank.example'] },
      status: 'failed',
      measured: '(not named)',
      says: ['accepts https://ci.bank.example as builders'],
    },
    {
      claim: 'is not provided without a file',
      evidence: someEvidence({ trainingProvenance: absent }),
      status: 'not_provided',
      says: ['further_evidence.training_provenance'],
    },
    {
      claim: 'is an error when the file cannot be read',
      evidence: someEvidence({ trainingProvenance: unreadable('document is a SARIF log') }),
      status: 'error',
      says: ['is a SARIF log'],
    },
  ]);
});

describe('bill_of_materials_consistent', () => {
  itJudges('bill_of_materials_consistent', [
    {
      claim: 'passes the bill of this artifact and of its training data',
      evidence: someEvidence(),
      status: 'passed',
      measured: '1 data components',
      says: ['register'],
    },
    {
      claim: 'fails the bill of another model, and one without the training data',
      evidence: someEvidence({
        billOfMaterials: read(
          someTraining({ subjects: [{ name: 'other', sha256: digestOf('another') }], materials: [] }),
        ),
      }),
      status: 'failed',
      measured: '0 data components',
      says: ['The bill of materials is about', digestOf('another'), 'training_dataset_sha256'],
    },
    {
      claim: 'is not provided without a bill',
      evidence: someEvidence({ billOfMaterials: absent }),
      status: 'not_provided',
      says: ['further_evidence.bill_of_materials'],
    },
  ]);
});

describe('no_drift_reported (CK-8)', () => {
  const violation = { kind: 'bias_drift', subject: 'sex 1 DPPL', check: 'bias_drift_check', description: '' } as const;
  itJudges('no_drift_reported', [
    {
      claim: 'passes an execution that completed and found nothing',
      evidence: someEvidence(),
      status: 'passed',
      measured: '0 violations',
      says: ['completed'],
    },
    {
      claim: 'fails a violation, and names what drifted',
      evidence: someEvidence({
        driftReport: read({ outcome: 'violations', executionStatus: undefined, violations: [violation] }),
      }),
      status: 'failed',
      measured: '1 violations',
      says: ['sex 1 DPPL (bias_drift, bias_drift_check): no description', 'retrain or renew the baseline'],
    },
    {
      claim: 'fails an execution that ended with violations and lists none',
      evidence: someEvidence({
        driftReport: read({ outcome: 'violations', executionStatus: 'CompletedWithViolations', violations: [] }),
      }),
      status: 'failed',
      says: ['The execution completed with violations'],
    },
    {
      claim: 'is inconclusive about an empty list that nothing proves',
      evidence: someEvidence({
        driftReport: read({ outcome: 'unproven', executionStatus: undefined, violations: [] }),
      }),
      status: 'inconclusive',
      measured: 'no result',
      says: ['is not named', 'MonitoringExecutionStatus'],
    },
    {
      claim: 'is inconclusive about an execution that failed',
      evidence: someEvidence({ driftReport: read({ outcome: 'unproven', executionStatus: 'Failed', violations: [] }) }),
      status: 'inconclusive',
      says: ['the execution is Failed'],
    },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ driftReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.drift_report'],
    },
  ]);
});

describe('reported_bias_within_threshold', () => {
  const reporting = (metrics: object, facets: object = {}) =>
    someEvidence({ biasReport: read(anAnalysis(metrics, facets)) });
  itJudges('reported_bias_within_threshold', [
    {
      claim: 'passes every group within every limit, and names the metrics',
      evidence: someEvidence(),
      status: 'passed',
      measured: 'within',
      says: [
        'race 1: demographic parity is 0.0500 (DPPL; interval: not_available)',
        'sex 1: equalised odds is 0.0400 (RD; interval: not_available)',
      ],
    },
    {
      claim: 'passes what is exactly at its limit',
      evidence: reporting({ DPPL: -0.2, DI: 0.8, RD: 0.2, SD: -0.2 }),
      status: 'passed',
      says: ['0.2000 (DPPL; interval: not_available), at most 0.20'],
    },
    {
      claim: 'fails a ratio that is too far from 1 on the other side',
      evidence: reporting({ DI: 1.3 }),
      status: 'failed',
      measured: '2 failed',
      says: [
        'race 1: disparate impact is 0.7692 (DI; interval: not_available), at least 0.80 is asked for',
        'Mitigate',
      ],
    },
    {
      claim: 'fails by the limits of the policy',
      evidence: reporting({}),
      parameters: { maximum_demographic_parity: '0.04', maximum_equalised_odds: '0.03' },
      status: 'failed',
      measured: '4 failed',
      says: ['at most 0.04', 'at most 0.03'],
    },
    {
      claim: 'fails a group that is too far off even if another facet is missing',
      evidence: reporting({ DPPL: 0.9 }, { sex: [] }),
      status: 'failed',
      measured: '1 failed',
      says: ['race 1'],
    },
    {
      claim: 'is inconclusive where a protected attribute of the manifest has no facet',
      evidence: {
        ...reporting({}),
        manifest: aManifest({ predictions: { ...aManifest().predictions, protected_attributes: ['age'] } }),
      },
      status: 'inconclusive',
      says: ['the analysis has no facet age', 'run it again'],
    },
    {
      claim: 'is inconclusive where Clarify has no number',
      evidence: reporting({ DI: 'Infinity' }),
      status: 'inconclusive',
      says: ['no number for DI'],
    },
    {
      claim: 'is inconclusive on the interval, whatever the numbers are: Clarify gives no counts to make one of',
      evidence: someEvidence(),
      parameters: { decide_on: 'interval' },
      status: 'inconclusive',
      says: ['0.0500 (DPPL; interval: not_available)', 'let the checks that count decide on the interval'],
    },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ biasReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.bias_report'],
    },
  ]);
});

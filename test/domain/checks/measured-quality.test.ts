import { describe } from 'vitest';
import { itJudges } from './known-cases.ts';
import {
  aLoadTest,
  anOutput,
  aReport,
  digestOf,
  read,
  someEvidence,
  someOutputs,
  unreadable,
} from './stage-evidence.ts';

const absent = { kind: 'absent' } as const;
const PREDICTIONS = digestOf('predictions');

describe('accuracy_above_minimum (CK-9)', () => {
  itJudges('accuracy_above_minimum', [
    {
      claim: 'passes exactly the minimum, counted again',
      evidence: someEvidence(),
      parameters: { minimum: '0.86' },
      status: 'passed',
      measured: '0.8600',
      says: ['344 of 400'],
    },
    {
      claim: 'fails below it',
      evidence: someEvidence(),
      parameters: { minimum: '0.87' },
      status: 'failed',
      measured: '0.8600',
      says: ['asks for 0.87'],
    },
    {
      claim: 'says that decisions and labels are written differently, instead of sending for a better model',
      evidence: someEvidence({
        modelOutputs: read(someOutputs({ groups: [anOutput('1', 'yes', 200), anOutput('0', 'no', 200)] }), PREDICTIONS),
      }),
      status: 'failed',
      says: ['No decision (0, 1) is written like any label (no, yes). Write both alike.'],
    },
    {
      claim: 'says of a report that cannot be read that it is missing, in those words',
      evidence: someEvidence({ evaluationReport: unreadable('document is empty') }),
      status: 'error',
      says: ['Evaluation report missing!', 'document is empty'],
    },
    {
      claim: 'is inconclusive without labels',
      evidence: someEvidence({
        modelOutputs: read(someOutputs({ groups: [anOutput('1.0', null, 400)] }), PREDICTIONS),
      }),
      status: 'inconclusive',
      says: ['both a decision and a label'],
    },
    {
      claim: 'fails predictions of something else',
      evidence: someEvidence({ evaluationReport: read(aReport({ artifact_sha256: digestOf('x') })) }),
      status: 'failed',
      measured: 'other predictions',
      says: [digestOf('x')],
    },
  ]);
});

describe('better_than_constant_classifier', () => {
  const outputs = (...groups: ReturnType<typeof anOutput>[]) =>
    someEvidence({ modelOutputs: read(someOutputs({ groups }), PREDICTIONS) });
  itJudges('better_than_constant_classifier', [
    {
      claim: 'passes a model that knows more than the commonest label',
      evidence: someEvidence(),
      status: 'passed',
      measured: '0.8600 against 0.5650',
      says: ['always answering 1.0'],
    },
    {
      claim: 'fails a model that always says the same',
      evidence: outputs(anOutput('1.0', '1.0', 300), anOutput('1.0', '0.0', 100)),
      status: 'failed',
      measured: '0.7500 against 0.7500',
      says: ['worth having'],
    },
    {
      claim: 'is inconclusive without labels',
      evidence: outputs(anOutput('1.0', null, 400)),
      status: 'inconclusive',
      says: ['both a decision and a label'],
    },
    {
      claim: 'fails predictions of something else',
      evidence: outputs(anOutput('1.0', '1.0', 1)),
      status: 'failed',
      measured: 'other predictions',
      says: ['predictions have 1'],
    },
  ]);
});

describe('baseline_not_regressed (CK-8)', () => {
  const former = (changes: object) => read(aReport({ artifact_sha256: digestOf('former artifact'), ...changes }));
  itJudges('baseline_not_regressed', [
    {
      claim: 'passes a drop within what the policy allows',
      evidence: someEvidence({ baselineReport: former({ metrics: { accuracy: 0.88 } }) }),
      status: 'passed',
      says: ['accuracy 0.88 before and 0.86 now'],
    },
    {
      claim: 'fails a larger one, and a metric that one of the two lacks',
      evidence: someEvidence({ baselineReport: former({ metrics: { accuracy: 0.89 } }) }),
      parameters: { metrics: ['accuracy', 'auc'] },
      status: 'failed',
      measured: '2 of 2 regressed',
      says: ['accuracy fell from 0.89 to 0.86', 'auc is not in both'],
    },
    {
      claim: 'fails a metric that is measured no more',
      evidence: someEvidence({ baselineReport: former({ metrics: { f1: 0.8 } }) }),
      parameters: { metrics: ['f1'] },
      status: 'failed',
      says: ['f1 is not in both'],
    },
    {
      claim: 'is inconclusive about other data, and about the model itself',
      evidence: someEvidence({ baselineReport: read(aReport({ dataset: undefined })) }),
      status: 'inconclusive',
      says: ['not measured on the same data set', 'about the artifact to be released'],
    },
    {
      claim: 'fails a report on another artifact',
      evidence: someEvidence({ evaluationReport: read(aReport({ artifact_sha256: digestOf('x') })) }),
      status: 'failed',
      says: [digestOf('x')],
    },
    {
      claim: 'is not provided without a baseline',
      evidence: someEvidence({ baselineReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.baseline_report'],
    },
  ]);
});

describe('latency_within_threshold (CK-8)', () => {
  itJudges('latency_within_threshold', [
    {
      claim: 'passes answers in time',
      evidence: someEvidence(),
      status: 'passed',
      says: ['40 ms (p95)', '12000 requests'],
    },
    {
      claim: 'fails slow answers of either kind',
      evidence: someEvidence({ loadTestReport: read(aLoadTest({ latency_ms: { p50: 1, p95: 501, p99: 1001 } })) }),
      status: 'failed',
      says: ['within 501 ms; 500 ms are allowed', 'within 1001 ms; 1000 ms'],
    },
    {
      claim: 'fails a test without requests, or of another artifact',
      evidence: someEvidence({ loadTestReport: read(aLoadTest({ requests: 0, artifact_sha256: digestOf('x') })) }),
      status: 'failed',
      says: ['no request', digestOf('x')],
    },
    {
      claim: 'is not provided without a load test',
      evidence: someEvidence({ loadTestReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.load_test_report'],
    },
  ]);
});

describe('load_test_passed (CK-8, CK-11)', () => {
  itJudges('load_test_passed', [
    {
      claim: 'passes a load that was borne',
      evidence: someEvidence(),
      parameters: { minimum_requests_per_second: 100 },
      status: 'passed',
      measured: '100.0 requests a second, 0.0003 errors',
      says: ['120 seconds'],
    },
    {
      claim: 'fails too little load, too short a test and too many errors, naming all',
      evidence: someEvidence({ loadTestReport: read(aLoadTest({ requests: 100, errors: 2, duration_seconds: 59 })) }),
      parameters: { minimum_requests_per_second: 2 },
      status: 'failed',
      says: [
        '1.7 requests a second; the policy asks for 2',
        '59 seconds; the policy asks for 60',
        '2 of 100 requests failed',
      ],
    },
    {
      claim: 'is inconclusive without requests',
      evidence: someEvidence({ loadTestReport: read(aLoadTest({ requests: 0 })) }),
      status: 'inconclusive',
      says: ['no request'],
    },
    {
      claim: 'is not provided without a load test',
      evidence: someEvidence({ loadTestReport: absent }),
      status: 'not_provided',
      says: ['no load test report'],
    },
  ]);
});

describe('explainability_report_complete (CK-11)', () => {
  const explained = (changes: object) =>
    someEvidence({
      explainabilityReport: read({
        method: 'kernel_shap',
        global_attributions: { income: 0.3, debt: -0.5 },
        ...changes,
      }),
    });
  itJudges('explainability_report_complete', [
    {
      claim: 'passes an attribution for every feature, and names the strongest',
      evidence: explained({ artifact_sha256: digestOf('artifact') }),
      status: 'passed',
      measured: '2 of 2 features',
      says: ['kernel_shap', 'debt weighs most (-0.5)'],
    },
    {
      claim: 'fails a feature that is not explained, and a report on another artifact',
      evidence: explained({ artifact_sha256: digestOf('x'), global_attributions: { income: 0 } }),
      status: 'failed',
      measured: '1 of 2 features',
      says: ['given for debt', digestOf('x'), 'Every attribution is zero'],
    },
    {
      claim: 'takes nothing that every object inherits for an attribution',
      evidence: { ...explained({}), evaluationReport: read(aReport({ features: ['income', 'toString'] })) },
      status: 'failed',
      measured: '1 of 2 features',
      says: ['given for toString'],
    },
    {
      claim: 'fails when nobody says which features there are',
      evidence: someEvidence({
        evaluationReport: read(aReport({ features: undefined })),
        explainabilityReport: read({ method: 'none', global_attributions: {} }),
      }),
      status: 'failed',
      says: ['lists no features'],
    },
    {
      claim: 'is not provided without a report',
      evidence: someEvidence({ explainabilityReport: absent }),
      status: 'not_provided',
      says: ['further_evidence.explainability_report'],
    },
  ]);
});

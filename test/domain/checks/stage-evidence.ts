/** Evidence of a release that every check passes, and ways to spoil one part of it. */
import { createHash } from 'node:crypto';
import type { Evidence, StageEvidence } from '../../../lib/domain/checks/check.ts';
import type { LiveRelease } from '../../../lib/domain/checks/live-release.ts';
import { CodeQualityReport } from '../../../lib/domain/evidence/code-quality-report.ts';
import type { Controls } from '../../../lib/domain/evidence/controls.ts';
import { DataProvenance } from '../../../lib/domain/evidence/data-provenance.ts';
import { DeploymentDescriptor } from '../../../lib/domain/evidence/deployment-descriptor.ts';
import { EdgeCaseResults } from '../../../lib/domain/evidence/edge-case-results.ts';
import { EvaluationReport } from '../../../lib/domain/evidence/evaluation-report.ts';
import { ClarifyAnalysis } from '../../../lib/domain/evidence/foreign/clarify.ts';
import { InputProtectionReport } from '../../../lib/domain/evidence/input-protection-report.ts';
import { LoadTestReport } from '../../../lib/domain/evidence/load-test-report.ts';
import { ModelCard } from '../../../lib/domain/evidence/model-card.ts';
import { type ModelOutputs, OutputGroup } from '../../../lib/domain/evidence/predictions/model-outputs.ts';
import type { PerturbationCounts } from '../../../lib/domain/evidence/predictions/perturbation.ts';
import { OutcomeCounts, OutcomeGroup, perOutcome } from '../../../lib/domain/evidence/predictions/predictions.ts';
import type { TrainingFacts } from '../../../lib/domain/evidence/training-provenance.ts';
import { Instant, ReleaseId, Sha256 } from '../../../lib/domain/identifiers.ts';
import { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { ATTESTED } from '../../support/attestations.ts';
import { aBehaviour } from './a-behaviour.ts';
import { aWayBack } from './a-way-back.ts';

export const digestOf = (text: string): Sha256 => Sha256.parse(createHash('sha256').update(text).digest('hex'));
export const read = <T>(value: T, sha256 = digestOf('evidence')): Evidence<T> => ({ kind: 'read', sha256, value });
export const unreadable = (problem: string): Evidence<never> => ({
  kind: 'unreadable',
  sha256: digestOf('evidence'),
  problem,
});

const ARTIFACT = digestOf('artifact');
const DATASET = digestOf('dataset');
const PREDICTIONS = digestOf('predictions');

export const aDeployment = (endpoint_name: string) => ({
  image_uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/credit:1',
  instance_type: 'ml.m5.large',
  instance_count: 1,
  endpoint_name,
});

export const aManifest = (changes: object = {}): ReleaseManifest =>
  ReleaseManifest.parse({
    schema_version: 1,
    release_id: 'credit-2.1.0',
    model_name: 'credit',
    model_version: '2.1.0',
    git_commit: 'a'.repeat(40),
    git_ref: 'refs/heads/main',
    training_dataset_ref: 's3://data/credit.csv',
    training_dataset_sha256: DATASET,
    feature_schema_version: '1',
    config_version: '1',
    artifact_uri: 's3://models/credit.onnx',
    artifact_sha256: ARTIFACT,
    evaluation_report_uri: 's3://models/evaluation.json',
    model_card_uri: 's3://models/card.yaml',
    data_provenance_uri: 's3://models/provenance.yaml',
    predictions: {
      uri: 's3://models/predictions.parquet',
      label_column: 'label',
      prediction_column: 'prediction',
      favorable_value: '1',
      protected_attributes: ['race', 'sex'],
    },
    declared_risk_tier: 'high',
    requested_by: 'dana.kim',
    trained_by: 'dana.kim',
    commit_author: 'dana.kim',
    deployment: aDeployment('credit'),
    ...changes,
  });

export const aCard = (changes: object = {}): ModelCard =>
  ModelCard.parse({
    model_name: 'credit',
    version: '2.1.0',
    artifact_sha256: ARTIFACT,
    owner: 'Credit modelling',
    overview: 'A logistic regression.',
    intended_use: ['Recommend approval to an underwriter'],
    not_for_use: ['Pricing'],
    training_data: { source: 'The lending register', period: '2024' },
    metrics: { accuracy: 0.86, auc: 0.83 },
    evaluation: { test_data: 'Held-out half', conditions: 'Threshold 0.8' },
    fairness_analysis: 'Ratio 0.85 by race.',
    known_limitations: ['Old data'],
    failure_modes: [{ mode: 'Drift', effect: 'Wrong scores', mitigation: 'Weekly comparison' }],
    operational_requirements: { compute: 'One core', latency: '50 ms', monitoring: 'Approval rate per group' },
    security_properties: ['The file runs no code when it is loaded'],
    operational_acknowledgement: { owner: 'Platform on-call', statement: 'We run it.', date: '2026-10-01' },
    ...changes,
  });

export const aProvenance = (changes: object = {}): DataProvenance =>
  DataProvenance.parse({
    schema_version: 1,
    datasets: [
      {
        name: 'register',
        source: 'The lending register',
        sha256: DATASET,
        records: 2380,
        collected: { from: '2024-01-01', to: '2024-12-31' },
      },
    ],
    columns: [
      { name: 'income', personal_data: 'indirect', handling: 'kept' },
      { name: 'debt', personal_data: 'none', handling: 'kept' },
      { name: 'race', personal_data: 'sensitive', handling: 'evaluation_only' },
      { name: 'name', personal_data: 'direct', handling: 'removed' },
    ],
    personal_data: { contains_direct_identifiers: true, method: 'Every column was read' },
    consent: { basis: 'public_record', reference: '12 U.S.C. 2801' },
    retention: { policy: 'Seven years', retention_days: 2555, review_date: '2027-11-30' },
    ...changes,
  });

export const aReport = (changes: object = {}): EvaluationReport =>
  EvaluationReport.parse({
    schema_version: 1,
    model_name: 'credit',
    model_version: '2.1.0',
    artifact_sha256: ARTIFACT,
    predictions_sha256: PREDICTIONS,
    dataset: { name: 'register', sha256: DATASET, rows: 2380 },
    test_split: { rows: 400, method: 'held-out half', seed: 1 },
    features: ['income', 'debt'],
    operating_threshold: 0.8,
    metrics: { accuracy: 0.86, auc: 0.83, recall: 0.9 },
    perturbation: { method: 'noise', predictions_sha256: digestOf('perturbed') },
    ...changes,
  });

/** A group of so many rows, half of them labelled favorable, of which these shares are predicted favorable. */
export const aGroup = (
  attribute: string,
  value: string,
  count: number,
  selected: number,
  changes: object = {},
): OutcomeGroup =>
  OutcomeGroup.parse({
    attribute,
    value,
    count,
    favorable: selected,
    labelled: count,
    actualFavorable: Math.ceil(count / 2),
    truePositive: Math.ceil(selected / 2),
    falsePositive: Math.floor(selected / 2),
    missingPredictions: 0,
    missingLabels: 0,
    ...changes,
  });

const DECISIONS = { some: ['0', '1'], hasFavorable: true };

export const someCounts = (groups: readonly OutcomeGroup[], changes: object = {}): OutcomeCounts => {
  const attributes = ['race', 'sex'];
  const ofRace = groups.filter(({ attribute }) => attribute === 'race');
  const sum = (of: (group: OutcomeGroup) => number) => ofRace.reduce((total, group) => total + of(group), 0);
  return OutcomeCounts.parse({
    attributes,
    groups,
    rows: sum(({ count, missingPredictions }) => count + missingPredictions),
    all: perOutcome((outcome) => sum((group) => group[outcome])),
    missing: { predictions: 0, labels: 0, attributes: { race: 0, sex: 0 } },
    otherValues: { predictions: 1, labels: 1 },
    values: { predictions: DECISIONS, labels: DECISIONS },
    ...changes,
  });
};

const FAIR = [
  aGroup('race', 'black', 200, 100),
  aGroup('race', 'white', 200, 110),
  aGroup('sex', 'female', 200, 104),
  aGroup('sex', 'male', 200, 106),
];

export const PERTURBED = digestOf('perturbed');

export const aPerturbation = (changes: Partial<PerturbationCounts> = {}): PerturbationCounts => ({
  cleanRows: 400,
  perturbedRows: 400,
  repeatedIds: 0,
  unperturbedIds: 0,
  unknownIds: 0,
  undecided: 0,
  compared: 400,
  flipped: 20,
  labelled: 400,
  cleanCorrect: 344,
  perturbedCorrect: 336,
  movedScores: 400,
  ...changes,
});

/** The answers of one decision to the rows of one label. */
export const anOutput = (
  prediction: string | null,
  label: string | null,
  rows: number,
  changes: object = {},
): OutputGroup =>
  OutputGroup.parse({
    prediction,
    label,
    rows,
    missingScores: 0,
    unusableScores: 0,
    lowestScore: prediction === '1.0' ? 0.8 : 0.1,
    highestScore: prediction === '1.0' ? 1 : 0.7,
    ...changes,
  });

export const someOutputs = (changes: Partial<ModelOutputs> = {}): ModelOutputs => ({
  hasScores: true,
  groups: [
    anOutput('1.0', '1.0', 190),
    anOutput('1.0', '0.0', 20),
    anOutput('0.0', '1.0', 36),
    anOutput('0.0', '0.0', 154),
  ],
  ...changes,
});

export const anEdgeCase = (changes: object = {}) => ({
  id: 'income_missing',
  kind: 'missing_value',
  description: 'The income is not known',
  input_summary: 'income is not a number',
  expected: { refused: true },
  observed: { refused: true },
  outcome: 'passed',
  ...changes,
});

export const edgeCases = (changes: object = {}): EdgeCaseResults =>
  EdgeCaseResults.parse({
    schema_version: 1,
    artifact_sha256: ARTIFACT,
    cases: [
      anEdgeCase(),
      anEdgeCase({ id: 'per_cent', kind: 'out_of_range', input_summary: 'debt is 36 and not 0.36' }),
      anEdgeCase({
        id: 'on_the_threshold',
        kind: 'boundary_value',
        input_summary: 'score 0.8',
        expected: { prediction: 1, score_at_least: 0.8, score_at_most: 0.8 },
        observed: { prediction: '1', score: 0.8 },
      }),
    ],
    ...changes,
  });

export const aLoadTest = (changes: object = {}): LoadTestReport =>
  LoadTestReport.parse({
    schema_version: 1,
    artifact_sha256: ARTIFACT,
    requests: 12_000,
    errors: 3,
    duration_seconds: 120,
    latency_ms: { p50: 12, p95: 40, p99: 90 },
    ...changes,
  });

export const aCodeQualityReport = (changes: object = {}): CodeQualityReport =>
  CodeQualityReport.parse({
    schema_version: 1,
    git_commit: 'a'.repeat(40),
    tests: { passed: 120, failed: 0 },
    coverage: { lines_covered: 900, lines_total: 1000 },
    lint: { errors: 0 },
    ...changes,
  });

export const someProbes = (changes: object = {}): InputProtectionReport =>
  InputProtectionReport.parse({
    schema_version: 1,
    endpoint_name: 'credit',
    probes: [
      {
        id: 'p1',
        category: 'email',
        direction: 'input',
        summary: 'An address',
        expected: 'redacted',
        observed: 'redacted',
      },
    ],
    ...changes,
  });

export const aDescriptor = (changes: object = {}): DeploymentDescriptor =>
  DeploymentDescriptor.parse({
    schema_version: 1,
    endpoint_name: 'credit',
    tls: { minimum_version: '1.2', plain_http: 'refused' },
    input_validation: { schema: 'credit-input-v1', rejects: ['missing fields'] },
    rate_limiting: { requests_per_second: 50, burst: 100 },
    ...changes,
  });

/** What Clarify reports of a group of each attribute, unless something else is given. */
export const anAnalysis = (metrics: object = {}, facets: object = {}): ClarifyAnalysis => {
  const values = Object.entries({ DPPL: 0.05, DI: 0.9, RD: -0.04, SD: 0.02, ...metrics });
  const value = { value_or_threshold: '1', metrics: values.map(([name, of]) => ({ name, value: of })) };
  return ClarifyAnalysis.parse({
    post_training_bias_metrics: {
      label: 'label',
      label_value_or_threshold: '1',
      facets: { race: [value], sex: [value], ...facets },
    },
  });
};

export const someTraining = (changes: Partial<TrainingFacts> = {}): TrainingFacts => ({
  format: 'an in-toto statement',
  subjects: [{ name: 'model', sha256: ARTIFACT }],
  gitCommits: ['a'.repeat(40)],
  materials: [{ name: 'register', sha256: DATASET }],
  parameters: {},
  builder: 'https://ci.bank.example',
  ...changes,
});

export const someControls = (changes: Partial<Controls> = {}): Controls => ({
  tier: 'high',
  declaredTier: 'high',
  computed: { tier: 'high', rule: 'credit' },
  hasFacts: true,
  required: [{ stage: 'model_card', check: 'intended_use_defined', made: true }],
  roles: ['ml_lead', 'risk_owner'],
  unfilled: [],
  unread: [],
  ...changes,
});

export const aLiveRelease = (changes: Partial<LiveRelease> = {}): LiveRelease => ({
  releaseId: ReleaseId.parse('credit-2.0.0'),
  modelVersion: '2.0.0',
  state: 'production',
  artifactSha256: digestOf('former artifact'),
  hasRecord: true,
  approvedUntil: Instant.parse('2026-12-01T00:00:00.000Z'),
  outcomes: {
    entity: 'outcomes',
    version: 1,
    releaseId: ReleaseId.parse('credit-2.0.0'),
    predictionsSha256: digestOf('former predictions'),
    groups: FAIR.map(({ attribute, value, count, favorable }) => ({ attribute, value, count, favorable })),
  },
  predictions: { reference: aManifest().predictions, sha256: digestOf('former predictions'), sizeBytes: 1000 },
  ...changes,
});

export const someEvidence = (changes: Partial<StageEvidence> = {}): StageEvidence => ({
  manifest: aManifest(),
  artifactSha256: ARTIFACT,
  behaviour: read(aBehaviour(), PREDICTIONS),
  modelOutputs: read(someOutputs(), PREDICTIONS),
  perturbation: read(aPerturbation(), PERTURBED),
  edgeCaseResults: read(edgeCases()),
  baselineReport: read(aReport({ artifact_sha256: digestOf('former artifact'), metrics: { accuracy: 0.87 } })),
  loadTestReport: read(aLoadTest()),
  explainabilityReport: read({ method: 'kernel_shap', global_attributions: { income: 0.3, debt: -0.5 } }),
  codeQualityReport: read(aCodeQualityReport()),
  inputProtectionReport: read(someProbes()),
  biasReport: read(anAnalysis()),
  driftReport: read({ outcome: 'no_violations', executionStatus: 'Completed', violations: [] }),
  trainingProvenance: read(someTraining()),
  billOfMaterials: read(someTraining({ format: 'a CycloneDX bill of materials' })),
  artifactSignature: read({ outcome: 'signed', key: 'release pipeline' }),
  ...ATTESTED,
  deploymentDescriptor: read(aDescriptor()),
  liveEndpoint: undefined,
  liveRelease: aLiveRelease(),
  wayBack: aWayBack(),
  controls: someControls(),
  modelCard: read(aCard()),
  dataProvenance: read(aProvenance()),
  evaluationReport: read(aReport()),
  predictionsSha256: PREDICTIONS,
  outcomeCounts: read(someCounts(FAIR), PREDICTIONS),
  ...changes,
});

/** The evidence with these outcomes: the report tells of as many rows. */
export const withOutcomes = (groups: readonly OutcomeGroup[], changes: object = {}): StageEvidence => {
  const counts = someCounts(groups, changes);
  return someEvidence({
    evaluationReport: read(aReport({ test_split: { rows: counts.rows, method: 'held-out half' } })),
    outcomeCounts: read(counts, PREDICTIONS),
  });
};

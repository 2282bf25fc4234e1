/** Evidence of a release that every check passes, and ways to spoil one part of it. */
import { createHash } from 'node:crypto';
import type { Evidence, StageEvidence } from '../../../lib/domain/checks/check.ts';
import { DataProvenance } from '../../../lib/domain/evidence/data-provenance.ts';
import { EvaluationReport } from '../../../lib/domain/evidence/evaluation-report.ts';
import { ModelCard } from '../../../lib/domain/evidence/model-card.ts';
import { OutcomeCounts, OutcomeGroup } from '../../../lib/domain/evidence/predictions.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { ReleaseManifest } from '../../../lib/domain/release/manifest.ts';

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

export const aManifest = (changes: object = {}): ReleaseManifest =>
  ReleaseManifest.parse({
    schema_version: 1,
    release_id: 'credit-2.1.0',
    model_name: 'credit',
    model_version: '2.1.0',
    git_commit: 'a'.repeat(40),
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
    deployment: { image_uri: 'image', instance_type: 'ml.m5.large', instance_count: 1, endpoint_name: 'credit' },
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

export const someCounts = (groups: readonly OutcomeGroup[], changes: object = {}): OutcomeCounts => {
  const attributes = ['race', 'sex'];
  const rows = groups.reduce(
    (sum, { attribute, count, missingPredictions }) => (attribute === 'race' ? sum + count + missingPredictions : sum),
    0,
  );
  return OutcomeCounts.parse({
    attributes,
    groups,
    rows,
    missing: { predictions: 0, labels: 0, attributes: { race: 0, sex: 0 } },
    otherValues: { predictions: 1, labels: 1 },
    ...changes,
  });
};

const FAIR = [
  aGroup('race', 'black', 200, 100),
  aGroup('race', 'white', 200, 110),
  aGroup('sex', 'female', 200, 104),
  aGroup('sex', 'male', 200, 106),
];

export const someEvidence = (changes: Partial<StageEvidence> = {}): StageEvidence => ({
  manifest: aManifest(),
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

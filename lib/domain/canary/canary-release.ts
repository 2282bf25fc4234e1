/** What the releases of canaries have in common. Each stage adds the evidence that its own checks read. */
import type { EvidenceName } from '../release/manifest.ts';
import { ManifestRecord } from '../release/manifest-record.ts';
import { sha256 } from '../signing/canonical-json.ts';
import type { CanaryRelease } from './canary.ts';

const ENCODER = new TextEncoder();
export const ARTIFACT = ENCODER.encode('the artifact of a canary');
export const DATASET_SHA256 = sha256('the training data of a canary');
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const MANIFEST = {
  schema_version: 1,
  release_id: 'canary-1.0.0',
  model_name: 'canary',
  model_version: '1.0.0',
  git_commit: COMMIT,
  git_ref: 'refs/heads/main',
  training_dataset_ref: 's3://canary/training.csv',
  training_dataset_sha256: DATASET_SHA256,
  feature_schema_version: '1',
  config_version: '1',
  artifact_uri: 's3://canary/model.tar.gz',
  artifact_sha256: sha256(ARTIFACT),
  evaluation_report_uri: 's3://canary/evaluation.json',
  model_card_uri: 's3://canary/card.json',
  data_provenance_uri: 's3://canary/provenance.json',
  predictions: {
    uri: 's3://canary/predictions.csv',
    label_column: 'label',
    prediction_column: 'prediction',
    columns: { row_id: 'row' },
    score_column: 'score',
    favorable_value: '1',
    protected_attributes: ['race'],
  },
  declared_risk_tier: 'high',
  requested_by: 'canary',
  trained_by: 'canary',
  commit_author: 'canary',
  deployment: {
    image_uri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/canary:1',
    instance_type: 'ml.m5.large',
    instance_count: 1,
    endpoint_name: 'canary',
  },
} as const;

export const manifestOf = (changes: object = {}): ManifestRecord => ManifestRecord.parse({ ...MANIFEST, ...changes });

type Documents = { readonly [Name in EvidenceName]?: object | string };

/** What every release has, and no check gets to see unless its canary brings something else. */
const REQUIRED = { evaluation_report: '', model_card: '', data_provenance: '', predictions: '' };

/** A release with these documents: objects are written as JSON, texts as they are. */
export const releaseWith = (documents: Documents, more: Partial<Omit<CanaryRelease, 'files'>> = {}): CanaryRelease => ({
  manifest: manifestOf(),
  artifact: ARTIFACT,
  files: Object.fromEntries(
    Object.entries({ ...REQUIRED, ...documents }).map(([name, document]) => [name, fileOf(document)]),
  ),
  ...more,
});

export const fileOf = (document: object | string): Uint8Array =>
  ENCODER.encode(typeof document === 'string' ? document : JSON.stringify(document));

/** The report of an evaluation on these predictions, which have so many rows. */
export const reportOn = (predictions: string, rows: number, changes: object = {}): object => ({
  schema_version: 1,
  model_name: MANIFEST.model_name,
  model_version: MANIFEST.model_version,
  artifact_sha256: MANIFEST.artifact_sha256,
  predictions_sha256: sha256(predictions),
  dataset: { name: 'training', sha256: DATASET_SHA256, rows: 1000 },
  test_split: { rows, method: 'held-out', seed: 1 },
  features: ['income', 'debt'],
  operating_threshold: 0.5,
  metrics: { accuracy: 0.86 },
  ...changes,
});

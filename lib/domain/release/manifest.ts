import * as z from 'zod';
import { ModelName, PersonId, ReleaseId, RiskTier, Sha256 } from '../identifiers.ts';
import { type CanonicalValue, canonicalSha256 } from '../ledger/canonical-json.ts';
import { type Fault, Refusal } from '../refusal.ts';

/** A manifest is small; whatever is larger is not one. */
export const MANIFEST_MAX_BYTES = 65_536;

export const S3Uri = z
  .string()
  .max(1024)
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/\S+$/, 'must be s3://BUCKET/KEY');

const Line = z.string().min(1).max(256);
const Column = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a column name');

/** Where the predictions on the held-out test data are, and what their columns mean. */
export const PredictionsReference = z.strictObject({
  uri: S3Uri,
  label_column: Column,
  prediction_column: Column,
  favorable_value: Line,
  protected_attributes: z.array(Column).min(1).max(16),
});

/** How the model is to be served. */
export const Deployment = z.strictObject({
  image_uri: Line,
  instance_type: Line,
  instance_count: z.int().min(1).max(100),
  endpoint_name: ModelName,
});

/**
 * What a release claims to be (docs/formats/release-manifest.md): the nine governed fields and the places of its
 * evidence. Unknown keys are refused, so that a misspelt field is named and not ignored.
 */
export const ReleaseManifest = z
  .strictObject({
    schema_version: z.literal(1),
    release_id: ReleaseId,
    model_name: ModelName,
    model_version: z
      .string()
      .regex(/^(\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?|\d{4}-\d{2}-\d{2}(\.\d+)?)$/, 'must be a semantic or a date version'),
    git_commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full git commit id'),
    training_dataset_ref: S3Uri,
    training_dataset_sha256: Sha256,
    feature_schema_version: Line,
    config_version: Line,
    artifact_uri: S3Uri,
    artifact_sha256: Sha256,
    evaluation_report_uri: S3Uri,
    model_card_uri: S3Uri,
    data_provenance_uri: S3Uri,
    predictions: PredictionsReference,
    declared_risk_tier: RiskTier,
    requested_by: PersonId,
    trained_by: PersonId,
    deployment: Deployment,
    model_package_arn: z.string().max(2048).startsWith('arn:').optional(),
  })
  .readonly();
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/** The evidence files of a release, by the name that checks and records call them. */
export const evidenceUris = (manifest: ReleaseManifest) =>
  ({
    evaluation_report: manifest.evaluation_report_uri,
    model_card: manifest.model_card_uri,
    data_provenance: manifest.data_provenance_uri,
    predictions: manifest.predictions.uri,
  }) as const;
export type EvidenceName = keyof ReturnType<typeof evidenceUris>;

/** Establishes that a claim is a manifest, or refuses it naming every field at fault. */
export const parseManifest = (claim: unknown): ReleaseManifest => {
  const parsed = ReleaseManifest.safeParse(claim);
  if (parsed.success) return parsed.data;
  throw new Refusal('ManifestInvalid', 'the manifest does not describe a release', manifestFaults(parsed.error));
};

/** The same content is one release whoever sends it and under whatever id: the id is not part of the content. */
export const contentSha256 = (manifest: ReleaseManifest): Sha256 => {
  const { release_id: _, ...content } = manifest;
  return canonicalSha256(content as CanonicalValue);
};

const manifestFaults = (error: z.ZodError): Fault[] =>
  error.issues.flatMap((issue): Fault[] => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: path ? `${path}.${key}` : key,
        problem: 'is not a field of a manifest',
      }));
    }
    const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
    return [{ field: path || 'manifest', problem: isMissing ? 'is missing' : issue.message }];
  });

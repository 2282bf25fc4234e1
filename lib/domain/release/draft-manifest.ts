/** A manifest with what is known, and with what a person has to write. */
import { toWrite } from '../unwritten.ts';
import { YES_OR_NO } from './risk-facts.ts';

type Predictions = {
  readonly label_column: string;
  readonly prediction_column: string;
  readonly columns?: { readonly row_id: string } | undefined;
  readonly id_column?: string | undefined;
  readonly score_column?: string | undefined;
  readonly weight_column?: string | undefined;
  readonly favorable_value: string;
  readonly protected_attributes: readonly string[];
};

/** Paths are those of files on this machine: `assay push` puts S3 URIs in their place. */
type Drafted = {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly git: { readonly commit?: string | undefined; readonly author?: string | undefined };
  readonly paths: Readonly<
    Record<
      'artifact' | 'signature' | 'predictions' | 'trainingData' | 'evaluationReport' | 'modelCard' | 'dataProvenance',
      string
    >
  >;
  readonly sha256: Readonly<Record<'artifact' | 'predictions' | 'trainingData', string>>;
  readonly predictions: Predictions;
  readonly requestedBy?: string | undefined;
};

export const draftManifest = ({ modelName, modelVersion, git, paths, sha256, predictions, requestedBy }: Drafted) => ({
  schema_version: 1,
  release_id: `${modelName}-${modelVersion}`.replaceAll('+', '.'),
  model_name: modelName,
  model_version: modelVersion,
  git_commit: git.commit ?? toWrite('the whole id of the commit that the model was trained from'),
  training_dataset_ref: paths.trainingData,
  training_dataset_sha256: sha256.trainingData,
  feature_schema_version: toWrite('the version of the schema of the inputs'),
  config_version: toWrite('the version of the training configuration'),
  artifact_uri: paths.artifact,
  artifact_sha256: sha256.artifact,
  evaluation_report_uri: paths.evaluationReport,
  model_card_uri: paths.modelCard,
  data_provenance_uri: paths.dataProvenance,
  predictions: { uri: paths.predictions, ...predictions },
  further_evidence: { artifact_signature: paths.signature },
  evidence_sha256: { predictions: sha256.predictions },
  declared_risk_tier: toWrite('low, medium or high'),
  risk_facts: {
    domain: toWrite('what the model decides about, such as credit, hiring, marketing, operations or other'),
    ...Object.fromEntries(YES_OR_NO.map((fact) => [fact, toWrite('true or false')])),
  },
  requested_by: requestedBy ?? toWrite('an id or a login of the approver directory'),
  trained_by: toWrite('an id or a login of the approver directory'),
  commit_author: git.author ?? toWrite('an id or a login of the approver directory'),
  deployment: {
    image_uri: toWrite('the image in Amazon ECR that serves the model'),
    instance_type: toWrite('such as ml.m5.large'),
    instance_count: 1,
    endpoint_name: modelName,
  },
});

/** A manifest as stored with its release: what it claimed, in the vocabulary of the version that accepted it. */
import * as z from 'zod';
import { Column } from '../evidence/predictions/reference.ts';
import { ModelName, ReleaseId, RiskTier, Sha256 } from '../identifiers.ts';
import { stored, Word } from '../stored.ts';
import { StrategyInManifest } from './deployment-strategy.ts';

/** A fact that the accepting version did not ask for yet is absent, and absent does not mean no. */
export const DeclaredFacts = stored({
  domain: Word,
  customer_facing: z.boolean().optional(),
  automated_decision: z.boolean().optional(),
  affects_individuals: z.boolean().optional(),
  personal_data: z.boolean().optional(),
  sensitive_data: z.boolean().optional(),
  safety_component: z.boolean().optional(),
});
export type DeclaredFacts = z.infer<typeof DeclaredFacts>;

export const ManifestRecord = stored({
  schema_version: z.literal(1),
  release_id: ReleaseId,
  model_name: ModelName,
  model_version: z.string(),
  git_commit: z.string(),
  git_ref: z.string().optional(),
  training_dataset_ref: z.string(),
  training_dataset_sha256: Sha256,
  feature_schema_version: z.string(),
  config_version: z.string(),
  model_type: Word.optional(),
  prompt_version: z.string().optional(),
  policy_version: z.string().optional(),
  artifact_uri: z.string(),
  artifact_sha256: Sha256,
  evaluation_report_uri: z.string(),
  model_card_uri: z.string(),
  data_provenance_uri: z.string(),
  predictions: stored({
    uri: z.string(),
    // Column names become part of a query, so their shape is checked here too. No version ever accepted another shape.
    label_column: Column,
    prediction_column: Column,
    columns: stored({ row_id: Column }).optional(),
    /** What an earlier version called `columns.row_id`. */
    id_column: Column.optional(),
    score_column: Column.optional(),
    weight_column: Column.optional(),
    favorable_value: z.string(),
    protected_attributes: z.array(Column),
  }),
  declared_risk_tier: RiskTier,
  risk_facts: DeclaredFacts.optional(),
  risk_tier_override: stored({ reason: z.string() }).optional(),
  denial_answer: z.string().optional(),
  answers: z.string().optional(),
  change_note: z.string().optional(),
  change_id: z.string().optional(),
  requested_by: z.string(),
  trained_by: z.string(),
  /** Absent if an earlier version took the release in. */
  commit_author: z.string().optional(),
  deployment: stored({
    image_uri: z.string(),
    instance_type: z.string(),
    instance_count: z.int().min(1),
    endpoint_name: ModelName,
    /** What a policy may demand of it; all of it is in the serving specification. */
    strategy: StrategyInManifest.optional(),
  }),
  further_evidence: z.record(Word, z.string()).optional(),
  evidence_sha256: z.record(Word, Sha256).optional(),
  version_ids: z.record(Word, z.string()).optional(),
  model_package_arn: z.string().optional(),
});
export type ManifestRecord = Readonly<z.infer<typeof ManifestRecord>>;

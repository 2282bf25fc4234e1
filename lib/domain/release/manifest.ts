import * as z from 'zod';
import { Line, PredictionsReference, S3Uri } from '../evidence/predictions/reference.ts';
import { Login, ModelName, ReleaseId, RiskTier, Sha256 } from '../identifiers.ts';
import { unreadableParts, visibleCharacters } from '../readable.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { unwrittenPaths } from '../unwritten.ts';
import { visible, visibleText } from '../visible-text.ts';
import { IN_OUR_WORDS } from '../wording.ts';
import { Deployment } from './deployment.ts';
import type { ManifestRecord } from './manifest-record.ts';
import { ModelVersion } from './model-version.ts';
import { RiskFacts } from './risk-facts.ts';
import { AskedOverride } from './tier-override.ts';

/** Manifests are small; anything larger is refused. */
export const MANIFEST_MAX_BYTES = 65_536;

const ANSWER_MIN_CHARACTERS = 20;
export const ANSWER_MAX_CHARACTERS = 2000;

/** Evidence that every release must provide. */
export const REQUIRED_EVIDENCE = ['evaluation_report', 'model_card', 'data_provenance', 'predictions'] as const;
/** Further evidence that a policy may ask for. If it is missing, its check ends as `not_provided`, never as passed. */
export const FURTHER_EVIDENCE = [
  'artifact_signature',
  'attestations',
  'baseline_report',
  'bias_report',
  'bill_of_materials',
  'code_quality_report',
  'deployment_descriptor',
  'drift_report',
  'edge_case_results',
  'explainability_report',
  'input_protection_report',
  'load_test_report',
  'perturbed_predictions',
  'routing_config',
  'threshold_config',
  'training_config',
  'training_provenance',
] as const;
export type FurtherEvidenceName = (typeof FURTHER_EVIDENCE)[number];
/** The evidence files of a release, by the names that checks and records use. */
export const EvidenceName = z.enum([...REQUIRED_EVIDENCE, ...FURTHER_EVIDENCE]);
export type EvidenceName = z.infer<typeof EvidenceName>;
/** Every file of a release. */
export const FileName = z.enum(['artifact', ...EvidenceName.options]);
export type FileName = z.infer<typeof FileName>;

/** As S3 gives it: letters for a URL, and never more than this. */
const VersionId = z.string().regex(/^[!-~]{1,1024}$/, 'must be the version id of an object');

/**
 * The kind of model. A large language model (`llm`) is steered by its prompt and its policy as much as by its weights,
 * so those have versions of their own below.
 */
export const ModelType = z.enum(['predictive', 'llm']);
export type ModelType = z.infer<typeof ModelType>;

/**
 * What a release claims to be (docs/formats/release-manifest.md): the nine governed fields and the locations of its
 * evidence. Unknown keys are refused, so that a misspelt field is reported instead of ignored.
 */
export const ReleaseManifest = z
  .strictObject({
    schema_version: z.literal(1),
    release_id: ReleaseId,
    model_name: ModelName,
    model_version: ModelVersion,
    git_commit: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'must be a full git commit id'),
    /** The branch or tag that the commit was released from. */
    git_ref: z
      .string()
      .max(256)
      .regex(/^refs\/(heads|tags)\/[^\s\p{C}]+$/u, 'must be refs/heads/BRANCH or refs/tags/TAG')
      .optional(),
    training_dataset_ref: S3Uri,
    training_dataset_sha256: Sha256,
    feature_schema_version: Line,
    config_version: Line,
    /** Absent means `predictive`. */
    model_type: ModelType.optional(),
    /** For an `llm`: the version of its prompt, and of the policy on what it may answer. */
    prompt_version: Line.optional(),
    policy_version: Line.optional(),
    artifact_uri: S3Uri,
    artifact_sha256: Sha256,
    evaluation_report_uri: S3Uri,
    model_card_uri: S3Uri,
    data_provenance_uri: S3Uri,
    predictions: PredictionsReference,
    declared_risk_tier: RiskTier,
    /** The policy computes the risk tier from these. */
    risk_facts: RiskFacts.optional(),
    /** Why the declared tier should apply although the policy computes a higher one. */
    risk_tier_override: AskedOverride.optional(),
    /** The answer to a denial of this content or version, where the policy asks for one. */
    denial_answer: z
      .string()
      .max(ANSWER_MAX_CHARACTERS)
      .refine(
        (text) => visibleCharacters(text) >= ANSWER_MIN_CHARACTERS,
        `must have ${ANSWER_MIN_CHARACTERS} characters that are seen`,
      )
      .optional(),
    /** The release whose approvers asked for the changes that this one makes; `change_note` says which. */
    answers: ReleaseId.optional(),
    /** What the requester changed, and why: approvers read it beside what was measured. */
    change_note: visible(z.string().max(2000)).optional(),
    /** The change request that the release belongs to: each of its events names it. */
    change_id: visibleText(128).optional(),
    /** Ids or logins of the directory. What is stored has the ids. */
    requested_by: Login,
    trained_by: Login,
    commit_author: Login,
    deployment: Deployment,
    further_evidence: z.partialRecord(z.enum(FURTHER_EVIDENCE), S3Uri).optional(),
    /**
     * The digests that evidence files must have, where their author declared one: without it, the file behind a URI
     * could be replaced before it is pinned.
     */
    evidence_sha256: z.partialRecord(EvidenceName, Sha256).optional(),
    /** The versions of the objects, where their author declared them: what was put over one since is refused. */
    version_ids: z.partialRecord(FileName, VersionId).optional(),
    model_package_arn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]{9,16}:\d{12}:model-package\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\/[1-9]\d{0,8}$/,
        'must be the ARN of a version of a model package group',
      )
      .optional(),
  })
  .readonly();
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/** The URI of each evidence file of a release. */
export const evidenceUris = (manifest: ManifestRecord): Readonly<Record<string, string>> => ({
  ...manifest.further_evidence,
  evaluation_report: manifest.evaluation_report_uri,
  model_card: manifest.model_card_uri,
  data_provenance: manifest.data_provenance_uri,
  predictions: manifest.predictions.uri,
});

/** The field of the manifest that names an evidence file, so that a message can point to it. */
export const evidenceField = (name: string): string => {
  if (name === 'predictions') return 'predictions.uri';
  return FURTHER_EVIDENCE.some((further) => further === name) ? `further_evidence.${name}` : `${name}_uri`;
};

/** Establishes that a claim is a manifest. Otherwise refuses it and names every field that is wrong. */
export const parseManifest = (claim: unknown): ReleaseManifest => {
  const violations = claimViolations(claim);
  if (violations.length === 0) return ReleaseManifest.parse(claim);
  throw new Refusal('ManifestInvalid', 'the manifest does not describe a release', violations);
};

/** Every violation that keeps a claim from being a manifest; empty if it is one. */
export const claimViolations = (claim: unknown): Violation[] => {
  const { error } = ReleaseManifest.safeParse(claim, IN_OUR_WORDS);
  // First, because it is the reason for what else is wrong with the same field.
  const unwritten = unwrittenPaths(claim).map((path) => ({ path, problem: 'is still to be written' }));
  return [
    ...unwritten.map(asViolation),
    ...(error === undefined ? [] : manifestViolations(error, claim)),
    ...unreadableParts(claim).map(asViolation),
  ].filter(({ field }, index, all) => all.findIndex((other) => other.field === field) === index);
};

const asViolation = ({ path, problem }: { path: readonly PropertyKey[]; problem: string }): Violation => ({
  field: path.join('.') || 'manifest',
  problem,
});

/**
 * The digest that identifies a release by its content. The id is not part of it: the same content is the same release,
 * no matter who sends it and under which id.
 */
export const contentSha256 = (manifest: ManifestRecord): Sha256 => {
  const { release_id: _, ...content } = manifest;
  return canonicalSha256(content as CanonicalValue);
};

const manifestViolations = (error: z.ZodError, claim: unknown): Violation[] =>
  error.issues.flatMap((issue): Violation[] => {
    const path = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: path ? `${path}.${key}` : key,
        problem: 'is not a field of a manifest',
      }));
    }
    // A rule over several fields names one that may be left out, and says itself what is wrong.
    const isMissing = path !== '' && issue.code !== 'custom' && valueAt(claim, issue.path) === undefined;
    return [{ field: path || 'manifest', problem: isMissing ? 'is missing' : issue.message }];
  });

/** The value at a path of a claim that has not been validated yet; undefined if there is none. */
export const valueAt = (claim: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    claim,
  );

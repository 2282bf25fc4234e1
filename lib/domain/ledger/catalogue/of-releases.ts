/** The events of a release, from the request to its approval by machine. */
import * as z from 'zod';
import {
  count,
  digest,
  FAULTS,
  instant,
  ofNoRelease,
  ofRelease,
  REASONS,
  REASONS_TOTAL,
  STAGES,
  TIER_OVERRIDE,
  text,
  texts,
} from './details.ts';

const TRAINED_FROM = z
  .object({
    data: z.array(z.object({ name: z.string(), sha256: z.string(), uri: z.string().optional() })),
    data_total: z.int(),
    hyperparameters: z.array(z.object({ name: z.string(), value: z.string() })),
    hyperparameters_total: z.int(),
    repository: z.string().optional(),
    builder: z.string().optional(),
    run: z.string().optional(),
  })
  .describe('what the evidence says that the model was made of, by the stage that reads where data come from');

const DOOR = text('event_bus, http_api or model_registry');

export const EVENTS_OF_RELEASES = {
  release_requested: ofRelease('A release was requested, and its manifest is in order.', {
    requested_by: text('who answers for the release'),
    trained_by: text('who trained the model'),
    commit_author: text('who wrote the code that it was trained with').optional(),
    door: DOOR.optional(),
    git_commit: text('the commit of the code').optional(),
    image: text('the image that serves, by its digest').optional(),
    content_sha256: digest('everything that was requested').optional(),
    serving_sha256: digest('how it is to be served').optional(),
    training_dataset_sha256: digest('the data that it was trained on').optional(),
    training_dataset_ref: text('where these data lie').optional(),
    git_ref: text('the branch or tag of the commit').optional(),
    config_version: text('the version of its configuration').optional(),
    feature_schema_version: text('the version of the schema of its features').optional(),
    declared_risk_tier: text('the tier that the manifest declares').optional(),
    computed_risk_tier: text('the tier that the policy computes').optional(),
    risk_tier: text('the tier that counts').optional(),
    tier_rule: text('the rule of the policy that the tier comes from').optional(),
    tier_override: TIER_OVERRIDE.optional(),
    required_roles: texts('the roles of its tier').optional(),
    stage_order: text('in_order or side_by_side').optional(),
    stages: STAGES.optional(),
    policy_applied: z
      .object({
        models_sha256: z.string(),
        overlays: z.array(z.object({ name: z.string(), sha256: z.string() })),
        tags: z.record(z.string(), z.string()),
      })
      .describe('the overlays that apply to the model, and why')
      .optional(),
    former_release: text('the release that it takes the place of').optional(),
    answers: text('the message of the registry that it answers').optional(),
    denied_before: z
      .array(z.object({ release_id: z.string(), by: z.string() }))
      .describe('the first releases of the same content or version that were denied')
      .optional(),
    denied_before_total: count('how many there are').optional(),
    denial_answered: z.boolean().describe('whether the submitter answers that').optional(),
    denial_answer: text('how').optional(),
  }),
  release_refused: ofNoRelease('A request was no release, and every field at fault is named.', {
    door: DOOR,
    refusal_id: digest('the request that was refused'),
    faults: FAULTS,
    faults_total: count('how many faults there are'),
  }),
  evidence_pinned: {
    says: 'The evidence was copied, locked and hashed: the digest of each file stands under its name.',
    details: z
      .object({
        change_id: text('the change request that the release belongs to').optional(),
        rows_kept_until: text('when the period of its rows about people ends, if they are removed then').optional(),
      })
      .catchall(digest('the file')),
  },
  model_registered: ofRelease('The release is a version of its model package group.', {
    model_package_arn: text('the model package'),
  }),
  stage_evaluated: ofRelease('The checks of one stage were made, and signed for.', {
    stage: text('the stage'),
    checks: z
      .array(
        z.object({
          name: z.string(),
          mode: z.string(),
          status: z.string(),
          measured: z.string(),
          threshold: z.string(),
        }),
      )
      .describe('what each check measured, and what it is compared with'),
    checks_total: count('how many checks there are'),
    code_sha256: texts('SHA-256 of the code of each Lambda that ran them'),
    trained_from: TRAINED_FROM.optional(),
    attestation_sha256: digest('the signed attestation'),
    key_id: text('the key that signed it'),
  }),
  evaluation_completed: ofRelease('All stages are judged, and the gate said yes or no.', {
    outcome: text('allow or deny').optional(),
    checks_passed: count('how many checks passed').optional(),
    checks_total: count('how many checks there are').optional(),
    reasons: REASONS.optional(),
    reasons_total: REASONS_TOTAL.optional(),
    request_id: text('the approval request that it ends').optional(),
  }),
  check_reverified: ofRelease('A check was made again, by the code of today.', {
    check: text('the check'),
    status: text('what it says now'),
    status_before: text('what it said before'),
    measured: text('what was measured now'),
    threshold: text('what it is compared with'),
    code_sha256: digest('the code that ran'),
    code_sha256_before: digest('the code that ran before'),
    outcome: text('holds, suspended or reinstated'),
  }),
  transition_refused: ofRelease('A step asked for a change of state that is not allowed: a defect.', {}),
  release_faulted: ofRelease('An execution broke.', {
    endpoint: text('the endpoint that was ordered last').optional(),
    endpoint_config: text('its configuration').optional(),
  }),
  model_package_changed: ofRelease('The model package differs from what people approve.', {
    fields: texts('names of fields, never a value'),
    fields_total: count('how many fields differ'),
    model_package_arn: text('the model package'),
  }),
  model_package_restored: ofRelease('The model package is again what people approve.', {
    fields: texts('nothing'),
    fields_total: count('0'),
    model_package_arn: text('the model package'),
  }),
  model_package_drifted: ofRelease('Somebody changed the model package by hand.', drifted()),
  model_package_rejected: ofRelease('Somebody rejected the model package by hand.', drifted()),
  model_package_settled: ofRelease('An operator settled what was done by hand.', {
    kind: text('what was done'),
    found_at: instant('when it was found'),
    lifted: z.boolean().describe('whether the release may go on'),
    model_package_arn: text('the model package'),
  }),
} as const;

function drifted() {
  return {
    kind: text('approved_by_hand, rejected_by_hand or edited_by_hand'),
    parts: texts('what was changed'),
    found_status: text('the approval status that was found'),
    expected_status: text('the one that Assay wants'),
    modified_at: instant('when, by the word of SageMaker'),
    by: text('who, if SageMaker says so'),
    answer: text('reverted, reported, closed or person_needed'),
    answers_in_24_hours: count('how often Assay has answered in the last day'),
    model_package_arn: text('the model package'),
  };
}

/** The events that are about all models: configuration, keys, the line, the log itself. */
import * as z from 'zod';
import { count, digest, instant, ofNoRelease, ofRelease, text, texts } from './details.ts';

const KEY = {
  key_id: text('the key in KMS'),
  public_key: text('the public key, in PEM'),
  fingerprint: digest('its DER'),
};

const ROTATION = {
  rotation_id: text('the rotation'),
  attempt: count('how often it was tried'),
  record_key_id: text('the key that signs governance records'),
  attestation_key_id: text('the key that signs attestations'),
};

const CALL = {
  call: text('what was called, by the service and the name of the action'),
  resource: text('what it was about'),
  policy: text('the policy that was changed'),
  region: text('where'),
  at: instant('when, by the word of CloudTrail'),
  by: text('who: an id of AWS'),
  by_kind: text('what kind of principal that is'),
  through: text('the service that called on behalf of them'),
  cloudtrail_event_id: text('the event of CloudTrail'),
};

const LEGAL_HOLD = {
  people: count('how many auditors agree that it ends'),
  people_needed: count('how many have to'),
};

const LINE = { stopped_for: texts('every incident that it is stopped for afterwards').optional() };

export const EVENTS_OF_ALL_MODELS = {
  configuration_changed: ofNoRelease('Another policy, directory, overlay, list of models or regime was deployed.', {
    changed: texts('policy, approvers, overlays, models, regimes'),
    approvers_sha256: digest('the directory of approvers'),
    approvers_sha256_before: digest('the directory before'),
    policy_sha256_before: digest('the policy before'),
    policy_change_id: text('the change request that the policy names'),
    approvers_change_id: text('the change request that the directory names'),
    policy_changes: z
      .array(z.object({ effect: z.string(), about: z.string(), before: z.string(), after: z.string() }))
      .describe('what the policy says otherwise: thresholds, roles, tiers'),
    policy_changes_total: count('how many changes of the policy there are'),
    role_changes: z
      .array(z.object({ person_id: z.string(), roles: z.array(z.string()), roles_before: z.array(z.string()) }))
      .describe('whose roles changed, by their ids'),
    role_changes_total: count('how many people have other roles'),
    overlay_changes: z
      .array(z.object({ name: z.string(), sha256: z.string(), sha256_before: z.string() }))
      .describe('every overlay that came, went, or says something else')
      .optional(),
    models_sha256: digest('the list of models').optional(),
    models_sha256_before: digest('the list before').optional(),
    regimes_sha256: digest('the days of the clauses of all regimes').optional(),
    regimes_sha256_before: digest('the days before').optional(),
    clauses_gone: texts('the clauses that are deployed no more').optional(),
    clauses_gone_total: count('how many these are').optional(),
    clauses_changed: texts('the clauses that are deployed with other days').optional(),
    clauses_changed_total: count('how many these are').optional(),
  }),
  key_rotation_requested: ofNoRelease('An operator asked for signatures by new keys.', ROTATION),
  signatures_renewed: ofRelease('The envelopes of a release were signed again by new keys.', {
    rotation_id: ROTATION.rotation_id,
    renewed: z
      .array(
        z.object({
          of: z.string(),
          from_sha256: z.string(),
          from_key_id: z.string(),
          to_sha256: z.string(),
          to_uri: z.string(),
          to_key_id: z.string(),
        }),
      )
      .describe('which envelope took the place of which'),
    refused: z
      .array(z.object({ of: z.string(), sha256: z.string(), problem: z.string() }))
      .describe('which could not be renewed, and why'),
  }),
  key_rotation_completed: ofNoRelease('All signatures are by new keys.', {
    ...ROTATION,
    record_public_key: text('in PEM'),
    attestation_public_key: text('in PEM'),
    renewed: count('how many envelopes were renewed'),
    refused: count('how many could not be'),
  }),
  key_rotation_faulted: ofNoRelease('The execution of a rotation broke.', { ...ROTATION, error: text('on what') }),
  log_heartbeat: ofNoRelease('The log is alive, though nothing happened.', {
    log_size: count('how many events the log had'),
    covered_until: instant('of the newest event that it covered'),
  }),
  decision_key_published: ofNoRelease('Decisions of people are signed by this key from now on.', KEY),
  attestation_key_published: ofNoRelease('Attestations are signed by this key from now on.', KEY),
  outbox_redriven: ofNoRelease('An operator had side effects tried again that had been given up.', {
    count: count('how many'),
    rows: z
      .array(z.object({ row_id: z.string(), kind: z.string(), attempts: z.int() }))
      .describe('which, as far as there is room for them'),
  }),
  audit_rehearsed: ofNoRelease('An audit was rehearsed: every question was asked, and a sample verified.', {
    report_key: text('where the report lies in the audit bucket'),
    report_sha256: digest('the report'),
    seed: text('the day that the sample was drawn by'),
    log_size: count('how many entries of the log it was about'),
    questions: count('how many questions were asked'),
    sampled: count('how many entries were verified'),
    records: count('how many governance records were verified'),
    probes: count('how many reads were tried'),
    failures_total: count('how much failed'),
    failures: texts('what failed, as far as there is room'),
  }),
  canaries_evaluated: ofNoRelease('Every check proved itself on a good and on a bad case, or did not.', {
    checks_total: count('how many checks there are'),
    failing: z.array(z.object({ check: z.string(), on_good: z.string(), on_bad: z.string() })).describe('which fail'),
    begun_to_fail: texts('which have begun to fail'),
    held_again: texts('which have held again'),
    code_sha256: texts('SHA-256 of the code of everything that ran'),
    resting: texts('the releases that rest on those that have begun to fail'),
    resting_total: count('how many releases do'),
  }),
  permission_changed: ofNoRelease('Somebody changed who may do what in the account.', CALL),
  unexpected_signing_found: ofNoRelease('A key of Assay signed for somebody else.', CALL),
  line_stopped: ofNoRelease('Nothing of a model, or of all, is promoted any more.', LINE),
  line_stop_lifted: ofNoRelease('It is stopped for one incident less.', LINE),
  line_started: ofNoRelease('Promotions may go on.', LINE),
  legal_hold_set: ofNoRelease('All that there is of a model is kept, whatever its retention.', LEGAL_HOLD),
  legal_hold_lift_consented: ofNoRelease('An auditor agrees that a legal hold ends.', LEGAL_HOLD),
  legal_hold_lifted: ofNoRelease('A legal hold has ended, because another auditor agrees, too.', LEGAL_HOLD),
} as const;

/** The events of the approval of a release by people. */
import * as z from 'zod';
import {
  count,
  digest,
  ENVELOPE,
  FAULTS,
  instant,
  ofRelease,
  REASONS,
  REASONS_TOTAL,
  STAGES,
  TIER_OVERRIDE,
  text,
  texts,
} from './details.ts';

const REQUEST = { request_id: text('the approval request') };
const ANSWERED = { ...REQUEST, request_status: text('the status of the request afterwards') };
const ASKED = z.array(z.object({ person_id: z.string(), role: z.string(), acting_for: z.string().optional() }));

const DECIDED = {
  ...ANSWERED,
  decision: text('approve, deny or request_changes'),
  checklist: z.array(z.object({ id: z.string(), answer: z.string() })).describe('the answer to each question'),
  envelope: ENVELOPE,
  key_id: text('the key that signed it'),
  acting_for: text('the person who holds the role').optional(),
  stage: z
    .object({ name: z.string(), is_complete: z.boolean(), opens: z.array(z.string()) })
    .describe('the stage of the decision, and which ones it opens')
    .optional(),
  tier_override: TIER_OVERRIDE.optional(),
};

const CONDITION = {
  condition_id: text('the condition'),
  approver_id: text('who made it'),
  owner_id: text('who has to meet it'),
  due_at: instant('when it is due'),
};

const RENEWAL = { approved_until: instant('when the approval ends') };

export const EVENTS_OF_APPROVALS = {
  approval_requested: ofRelease('People were asked to decide.', {
    ...REQUEST,
    required_roles: texts('the roles that have to approve').optional(),
    invited: ASKED.describe('who was asked, in which role').optional(),
    expires_at: instant('when the request ends').optional(),
    risk_tier: text('the tier').optional(),
    directory_sha256: digest('the directory of approvers').optional(),
    after_denial: text('what the policy asks for after a denial: same_person, answer or shown').optional(),
    required_people: texts('whose approval is needed by name').optional(),
    stage_order: text('in_order or side_by_side').optional(),
    stages: STAGES.optional(),
    request_status: text('the status of the request afterwards').optional(),
  }),
  approval_granted: ofRelease('A person approved, and signed.', {
    ...DECIDED,
    conditions: z
      .array(z.object({ text: z.string(), owner_id: z.string(), due_at: z.string() }))
      .describe('what the approval depends on')
      .optional(),
    required_people: texts('whose approval is needed by name').optional(),
  }),
  approval_denied: ofRelease('A person denied, and signed.', DECIDED),
  changes_requested: ofRelease('A person asked for changes, and signed.', DECIDED),
  approval_refused: ofRelease('An answer was not taken.', {
    ...ANSWERED,
    decision: text('what was answered'),
    code: text('why, as a code'),
    faults: FAULTS,
  }),
  approval_expired: ofRelease('A request, or an approval, has ended by time.', {
    request_id: text('the approval request').optional(),
    expires_at: instant('when the request ended').optional(),
    approved_until: instant('when the approval ended').optional(),
  }),
  expiry_warned: ofRelease('People were warned that an approval ends.', {
    ...RENEWAL,
    days: count('within how many days'),
  }),
  governance_auto_renewed: ofRelease('An approval was renewed, because nothing had changed.', {
    ...RENEWAL,
    approved_until_before: instant('the end that it had'),
    attestation_sha256: digest('the proof'),
    envelope: ENVELOPE,
    key_id: text('the key that signed it'),
    compared: z.array(z.object({ input: z.string(), value: z.string() })).describe('what was compared'),
    compared_total: count('how much was compared'),
  }),
  governance_not_renewed: ofRelease('An approval could not be renewed.', {
    ...RENEWAL,
    reasons: REASONS,
    reasons_total: REASONS_TOTAL,
  }),
  approval_escalated: ofRelease('Others were asked to stand in.', {
    ...REQUEST,
    cause: text('sla_breached, away, undelivered or seat_filled'),
    missing_roles: texts('the roles that nobody had approved in'),
    brought_in: ASKED.describe('who was asked'),
    undelivered: texts('whom no message reached'),
  }),
  approval_reminded: ofRelease('People were reminded.', { ...REQUEST, reminded: texts('who') }),
  mails_resent: ofRelease('Messages were sent again.', {
    about: text('request, or an outcome'),
    people: texts('to whom'),
  }),
  mail_dropped: ofRelease('A message was not sent: nobody is there any more to be told.', {
    about: text('request, or an outcome'),
    people: texts('who was to be told'),
    because: text('forgotten, or left: the person was forgotten in the directory, or is not in it any more'),
  }),
  approval_withdrawn: ofRelease('A request, or an approval, was withdrawn.', ANSWERED),
  approval_suspended: ofRelease('An approval is suspended: a condition is overdue.', {
    ...CONDITION,
    kind: text('why'),
  }),
  approval_reinstated: ofRelease('The last overdue condition is met.', {
    ...CONDITION,
    suspended_since: instant('since when the approval was suspended'),
  }),
  condition_met: ofRelease('A condition of an approval is met.', {
    ...CONDITION,
    suspended_since: instant('since when the approval is suspended').optional(),
  }),
  release_approved: ofRelease('Everybody has approved, and the governance record is signed and stored.', {
    ...RENEWAL,
    key_id: text('the key that signed the record'),
  }),
} as const;

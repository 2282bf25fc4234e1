import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { type CanonicalValue, canonicalJson } from '../signing/canonical-json.ts';
import { Word } from '../stored.ts';

/** The largest size of an event. Long lists are truncated, with their full count kept. */
export const EVENT_MAX_BYTES = 16_384;

/**
 * The chain of refused manifests, which belong to no model. No model has this name: names start with a letter or digit.
 */
export const INTAKE_CHAIN = '_intake';
/** The chain of what concerns all models: the policy, the directory of approvers and the signing keys. */
export const CONFIGURATION_CHAIN = '_configuration';
/** The chain of the log itself: its signs of life. */
export const LOG_CHAIN = '_log';
/** The chains that are of no model. */
export const OWN_CHAINS = [INTAKE_CHAIN, CONFIGURATION_CHAIN, LOG_CHAIN] as const;
export type OwnChain = (typeof OWN_CHAINS)[number];

/** Every type of event. Part of the stored format: add, never rename. */
export const EventType = z.enum([
  'release_requested',
  'release_refused',
  'evidence_pinned',
  'model_registered',
  'model_package_changed',
  'model_package_restored',
  'model_package_drifted',
  'model_package_rejected',
  'model_package_settled',
  'stage_evaluated',
  'evaluation_completed',
  'approval_requested',
  'approval_granted',
  'approval_denied',
  'changes_requested',
  'approval_refused',
  'approval_expired',
  'expiry_warned',
  'governance_auto_renewed',
  'governance_not_renewed',
  'approval_escalated',
  'approval_reminded',
  'mails_resent',
  'mail_dropped',
  'approval_withdrawn',
  'approval_suspended',
  'approval_reinstated',
  'condition_met',
  'release_approved',
  'promotion_requested',
  'promotion_order_refused',
  'promotion_refused',
  'deployment_started',
  'deployment_failed',
  'deployment_promoted',
  'endpoint_restored',
  'endpoint_not_restored',
  'restoration_settled',
  'rollback_requested',
  'rollback_refused',
  'rollback_executed',
  'endpoint_adopted',
  'endpoint_adoption_refused',
  'endpoint_move_requested',
  'endpoint_move_refused',
  'endpoint_moved',
  'endpoint_closed',
  'endpoint_move_faulted',
  'serving_changed',
  'serving_deviation_found',
  'serving_deviation_ended',
  'ungoverned_endpoint_found',
  'ungoverned_endpoint_ended',
  'endpoint_quarantined',
  'hold_consented',
  'hold_consent_refused',
  'hold_released',
  'transition_refused',
  'release_faulted',
  'configuration_changed',
  'key_rotation_requested',
  'signatures_renewed',
  'key_rotation_completed',
  'key_rotation_faulted',
  'log_heartbeat',
  'decision_key_published',
  'attestation_key_published',
  'outbox_redriven',
  'canaries_evaluated',
  'check_reverified',
  'line_stopped',
  'line_stop_lifted',
  'line_started',
  'legal_hold_set',
  'legal_hold_lift_consented',
  'legal_hold_lifted',
  'training_completed',
  'data_pipeline_ran',
  'model_card_changed',
  'monitoring_reported',
  'retraining_requested',
  'periodic_review_recorded',
  'inference_recorded',
  'permission_changed',
  'unexpected_signing_found',
  'audit_rehearsed',
  'break_glass_requested',
  'break_glass_confirmed',
  'break_glass_confirmation_refused',
  'break_glass_used',
  'break_glass_ended',
  'break_glass_documented',
]);
export type EventType = z.infer<typeof EventType>;

/** The events of the decisions of people, by the word of the decision. */
export const DECISION_EVENTS = {
  approve: 'approval_granted',
  deny: 'approval_denied',
  request_changes: 'changes_requested',
} as const satisfies Record<string, EventType>;

const DECIDED = new Map(Object.entries(DECISION_EVENTS).map(([word, type]): [string, string] => [type, word]));

/** What a person decided by an event of this type; undefined if it is none of a decision. */
export const decisionOf = (eventType: string): string | undefined => DECIDED.get(eventType);

const Details: z.ZodType<CanonicalValue> = z.lazy(() =>
  z.union([z.string(), z.int(), z.boolean(), z.array(Details), z.record(z.string(), Details)]),
);

/**
 * One audit event, version 1 (docs/formats/audit-event.md). Every key is always there; an empty string says "does not
 * apply". Metric values are decimal strings. No personal data: people are directory ids.
 */
export const AuditEvent = z.strictObject({
  v: z.literal(1),
  model: z.string().min(1).max(64),
  seq: z.int().min(1),
  prev: Sha256,
  /** One of `EventType`, unless another version wrote it. */
  event_type: Word,
  timestamp: Instant,
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  actor_id: z.string().min(1),
  actor_role: z.string(),
  actor_auth: z.string(),
  approval_state: z.string(),
  meaning: z.string(),
  reason: z.string(),
  subject: z.strictObject({
    artifact_sha256: z.string(),
    artifact_version_id: z.string(),
    evidence_digest: z.string(),
    record_sha256: z.string(),
  }),
  policy_sha256: z.string(),
  evidence_refs: z.array(z.string()),
  details: z.record(z.string(), Details),
  linked_incident: z.string(),
  idempotency_key: z.string(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** The share of an event that one list of untrusted items may take. The rest is for everything else in it. */
const EVENT_LIST_MAX_BYTES = 8_000;

/**
 * The items of a list that an event has room for beside something else, in their order; one that has none takes none from
 * those after it. Bytes count, because a character may take six of them in JSON.
 */
export const fitIntoEvent = <T>(items: readonly T[], beside: unknown = '', maxBytes = EVENT_LIST_MAX_BYTES): T[] => {
  let bytes = bytesOf(beside);
  return items.filter((item) => {
    const size = bytesOf(item) + 1;
    if (bytes + size > maxBytes) return false;
    bytes += size;
    return true;
  });
};

/** A character can take four bytes, so a text of full length could leave no room for the rest of the event. */
const EVENT_TEXT_CHARACTERS = 500;

/** The text of a person as far as an event has room for it; if it is cut, with its length, and how long such a text may be. */
export const textInEvent = (text: string, maxLength: number, roomBytes = EVENT_MAX_BYTES): string => {
  const characters = [...text];
  if (characters.length <= EVENT_TEXT_CHARACTERS && bytesOf(text) <= roomBytes) return text;
  const kept = characters.slice(0, EVENT_TEXT_CHARACTERS);
  const told = () => `${kept.join('')}… (${text.length} of at most ${maxLength})`;
  while (kept.length > 0 && bytesOf(told()) > roomBytes) kept.pop();
  return told();
};

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** What a commit adds to an event: the chain, the number, the hash before it, the instant, the digest of its rows, and their names. */
const PLACE_MAX_BYTES = 384;

/** How many more bytes an event has room for; negative if it has too many. */
export const roomInEvent = (draft: EventDraft): number => EVENT_MAX_BYTES - PLACE_MAX_BYTES - bytesOf(draft);

/** What an event says, apart from its place in the chain and its instant. */
export type EventContent = Omit<AuditEvent, 'v' | 'model' | 'seq' | 'prev' | 'timestamp'>;
/** An event as a judgement drafts it. It gets its place in the chain and its instant when it is appended. */
export type EventDraft = EventContent & { readonly event_type: EventType };

/** The exact bytes that are stored, shipped and hashed: canonical JSON, without a final newline. */
export const eventBytes = (event: AuditEvent): Uint8Array => {
  const bytes = canonicalJson(AuditEvent.parse(event));
  if (bytes.length > EVENT_MAX_BYTES) {
    throw new Error(`could not append ${event.event_type}: ${bytes.length} bytes; the limit is ${EVENT_MAX_BYTES}`);
  }
  return bytes;
};

/** The deterministic key of an event in the audit bucket. */
export const eventKey = (event: Pick<AuditEvent, 'model' | 'seq' | 'timestamp'>): string =>
  `events/v1/dt=${event.timestamp.slice(0, 10)}/model=${event.model}/${String(event.seq).padStart(12, '0')}.json`;

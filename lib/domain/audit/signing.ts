/** From when on the decisions and renewals in a ledger are signed, and with which keys, as its own log says. */
import * as z from 'zod';
import { type Instant, Sha256 } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { type AuditEvent, decisionOf, LOG_CHAIN } from '../ledger/event.ts';
import { Condition, conditionsSha256 } from '../records/condition.ts';
import {
  departureFrom,
  FOR_NOBODY,
  NOT_LOWERED,
  type OpenedDecision,
  openDecision,
  WITHOUT_CONDITIONS,
} from '../records/decision.ts';
import { readPublicKey } from '../signing/fingerprint.ts';

/** A key that signs decisions, or attestations, as an event of the log publishes it. */
export type PublishedKey = {
  readonly fingerprint: Sha256;
  readonly keyId: string;
  readonly publicKeyPem: string;
  readonly publishedAt: Instant;
  /** The size of the log at the first checkpoint that covers the publication: infinite if none does yet. */
  readonly from: number;
};

/** Whose signature a decision carries, by the fingerprint of the key, and when the person gave it; or why none counts. */
export type Signature =
  | {
      readonly signer: Sha256;
      readonly decidedAt: Instant;
      /** The digest of the envelope by which the person had approved before. */
      readonly follows: Sha256 | undefined;
    }
  | { readonly problem: string };

/** The keys of one use. */
export type Keys = {
  /** In the order of their publication. */
  readonly keys: readonly PublishedKey[];
  /** Whether it had to be signed with them already, where the log has this event: its own timestamp proves nothing. */
  readonly hasBegun: (event: AuditEvent) => boolean;
  /** The keys that may have signed there: a later one ends those before it. */
  readonly keysAt: (event: AuditEvent) => readonly PublishedKey[];
};

/** The keys of decisions, and whose signature each has; and those of attestations. */
export type Signing = Keys & {
  readonly signatureOf: (event: AuditEvent) => Signature;
  readonly attestations: Keys;
};

/** The place of an event in the log: infinite if no checkpoint covers it. */
type PositionOf = (event: AuditEvent) => number;

const KeyDetails = z.object({ key_id: z.string().min(1), fingerprint: Sha256, public_key: z.string() });

/** The events by which the log publishes keys, one type for each use. */
export const KEY_EVENTS = ['decision_key_published', 'attestation_key_published'] as const;
type KeyEvent = (typeof KEY_EVENTS)[number];

/** The key that an event of this type publishes; undefined if it publishes none that can be used. */
export const keyIn = (
  { event_type: type, details }: AuditEvent,
  published: KeyEvent = 'decision_key_published',
): Omit<PublishedKey, 'publishedAt' | 'from'> | undefined => {
  const said = type === published ? KeyDetails.safeParse(details).data : undefined;
  if (said === undefined) return undefined;
  const { key_id: keyId, fingerprint, public_key: publicKeyPem } = said;
  const key = readPublicKey(publicKeyPem);
  return key?.signsEnvelopes === true && key.fingerprint === fingerprint
    ? { keyId, fingerprint, publicKeyPem }
    : undefined;
};

type Published = {
  /** The events of all chains, each chain in its order. */
  readonly events: readonly AuditEvent[];
  readonly positionOf: PositionOf;
  /** The size of the log at the first checkpoint that covers an entry. */
  readonly coveredAt: (position: number) => number;
};

/** Reads the keys that the log has published. Only its own chain counts: any role that commits can write to another. */
export const signingIn = (published: Published): Signing => {
  const decisions = keysIn(published, 'decision_key_published');
  const known = new WeakMap<AuditEvent, Signature>();
  return {
    ...decisions,
    attestations: keysIn(published, 'attestation_key_published'),
    signatureOf: (event) => {
      const signature = known.get(event) ?? signatureBy(decisions.keysAt(event), event);
      known.set(event, signature);
      return signature;
    },
  };
};

const keysIn = ({ events, positionOf, coveredAt }: Published, type: KeyEvent): Keys => {
  const keys = events.flatMap((event): PublishedKey[] => {
    const key = event.model === LOG_CHAIN ? keyIn(event, type) : undefined;
    return key === undefined ? [] : [{ ...key, publishedAt: event.timestamp, from: coveredAt(positionOf(event)) }];
  });
  const isAfter = (event: AuditEvent, key: PublishedKey | undefined): boolean =>
    key !== undefined && Number.isFinite(key.from) && positionOf(event) >= key.from;
  return {
    keys,
    hasBegun: (event) => isAfter(event, keys[0]),
    keysAt: (event) => keys.filter((_, index) => !isAfter(event, keys[index + 1])),
  };
};

const signatureBy = (keys: readonly PublishedKey[], event: AuditEvent): Signature => {
  const envelope = event.details['envelope'];
  if (envelope === undefined) return { problem: 'it is not signed' };
  for (const { fingerprint, publicKeyPem } of keys) {
    const opened = openDecision(envelope, publicKeyPem);
    if ('problem' in opened) continue;
    const departure = departureFromEvent(opened, event);
    return departure === undefined
      ? { signer: fingerprint, decidedAt: opened.said.decided_at, follows: opened.said.follows?.envelope_sha256 }
      : { problem: departure };
  }
  return { problem: 'no key that signed decisions then has signed it' };
};

/** It is signed when it is made, and appended soon after: more than once if other writers are faster. */
const APPENDED_WITHIN_MS = 300_000;

/** The digest of the conditions that an event says; none if it says none, or what are none. */
const digestOfConditions = (said: unknown): string => {
  const conditions = z.array(Condition).safeParse(said).data;
  return conditions === undefined ? WITHOUT_CONDITIONS.conditions_sha256 : conditionsSha256(conditions);
};

const departureFromEvent = (opened: OpenedDecision, event: AuditEvent): string | undefined => {
  const { subject, details } = event;
  const { decided_at: decidedAt } = opened.said;
  const late = millisecondsOf(event.timestamp) - millisecondsOf(decidedAt);
  if (late < 0 || late > APPENDED_WITHIN_MS) return `it was signed at ${decidedAt}`;
  return departureFrom(opened, {
    artifact_sha256: subject.artifact_sha256,
    evidence_digest: subject.evidence_digest,
    tier_override: details['tier_override'] ?? NOT_LOWERED.tier_override,
    release_id: event.release_id,
    request_id: details['request_id'],
    approver_id: event.actor_id,
    approver_role: event.actor_role,
    acting_for: details['acting_for'] ?? FOR_NOBODY.acting_for,
    decision: decisionOf(event.event_type),
    checklist: details['checklist'],
    meaning: event.meaning,
    conditions_sha256: digestOfConditions(details['conditions']),
    door: event.actor_auth,
  });
};

/** Decisions of people as events of a ledger, signed. */
import { type Signing, signingIn } from '../../lib/domain/audit/signing.ts';
import { type AuditEvent, decisionOf, type EventDraft, LOG_CHAIN } from '../../lib/domain/ledger/event.ts';
import type { StatedDecision } from '../../lib/domain/records/decision.ts';
import { eventWithoutRelease } from '../../lib/domain/release/release-event.ts';
import { readPublicKey } from '../../lib/domain/signing/fingerprint.ts';
import { sealAll } from '../domain/ledger/a-ledger.ts';
import { DECISION_KEY, sealDecision, type TestKey } from './decision-key.ts';

const START = Date.parse('2026-11-20T23:59:50.000Z');
/** The instant that the ledger of the tests gives its events, one second after the other. */
export const secondOf = (second: number): string => new Date(START + second * 1000).toISOString();

/** The draft of a decision with the signature of a person who decided at this second. */
export const signedDraft = (
  draft: EventDraft,
  second: number,
  { key = DECISION_KEY, stated = {} }: { readonly key?: TestKey; readonly stated?: Partial<StatedDecision> } = {},
): EventDraft => {
  const requestId = `apr-${draft.release_id}`;
  const envelope = sealDecision(
    {
      releaseId: draft.release_id,
      requestId,
      artifactSha256: draft.subject.artifact_sha256,
      approverId: draft.actor_id,
      approverRole: draft.actor_role,
      decision: decisionOf(draft.event_type) ?? '',
      evidenceDigest: draft.subject.evidence_digest,
      checklist: [{ id: 'limits', question: 'Are the limits known?', answer: 'yes' }],
      meaning: draft.meaning,
      comment: '',
      door: draft.actor_auth,
      decidedAt: secondOf(second),
      ...stated,
    },
    key,
  );
  const checklist = [{ id: 'limits', answer: 'yes' }];
  return { ...draft, details: { request_id: requestId, checklist, key_id: key.signer.keyId, envelope } };
};

const isDecision = ({ event_type: type }: EventDraft) => decisionOf(type) !== undefined;

/** A story of one release in which every decision is signed; it begins at this second, and goes on by so many. */
export const allSigned = (drafts: readonly EventDraft[], first = 0, key = DECISION_KEY, apart = 1): EventDraft[] =>
  drafts.map((draft, index) => (isDecision(draft) ? signedDraft(draft, first + index * apart, { key }) : draft));

/** The event by which the log publishes a key. */
export const publication = (key = DECISION_KEY, changes: Partial<EventDraft> = {}): EventDraft => ({
  ...eventWithoutRelease(
    { id: 'assay', role: 'system', auth: 'execution_role' },
    {
      event_type: 'decision_key_published',
      idempotency_key: `decision_key:${key.signer.keyId}`,
      details: {
        key_id: key.signer.keyId,
        fingerprint: readPublicKey(key.pem)?.fingerprint ?? '',
        public_key: key.pem,
      },
    },
  ),
  ...changes,
});

/** The event by which the log publishes a key of attestations. */
export const attestationKeyPublication = (key: TestKey, changes: Partial<EventDraft> = {}): EventDraft =>
  publication(key, {
    ...{ event_type: 'attestation_key_published', idempotency_key: `attestation_key:${key.signer.keyId}` },
    ...changes,
  });

/** The log published these keys, and every event of the chain comes after that. */
export const signingSince = (...keys: readonly (TestKey | EventDraft)[]): Signing => {
  const drafts = keys.map((key) => ('pem' in key ? publication(key) : key));
  const published = sealAll(drafts.map((draft) => ({ model: LOG_CHAIN, draft }))).map(({ event }) => event);
  const isPublication = ({ model }: AuditEvent) => model === LOG_CHAIN;
  return signingIn({
    events: published,
    positionOf: (event) => (isPublication(event) ? event.seq : 100),
    coveredAt: (position) => position + 1,
  });
};

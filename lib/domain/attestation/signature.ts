/** Every signature ever made, according to the ledger: of what, when, with which key, and what replaced it. */
import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import { type AuditEvent, decisionOf } from '../ledger/event.ts';
import { APPROVAL_RENEWAL } from '../records/approval-renewal.ts';
import { sha256 } from '../signing/canonical-json.ts';
import { Envelope, envelopeBytes } from '../signing/envelope.ts';

/**
 * What `of` says for the governance record of a release. For an attestation it is the name of the stage, for a decision the
 * person who made it.
 */
export const GOVERNANCE_RECORD = 'governance_record';

/** A renewed signature. The earlier envelope stays where it is, under its own digest. */
export const Renewal = z.strictObject({
  of: z.string(),
  from_sha256: Sha256,
  from_key_id: z.string(),
  to_sha256: Sha256,
  to_uri: z.string(),
  to_key_id: z.string(),
});
export type Renewal = z.infer<typeof Renewal>;

/** A signature, by the digest of its envelope. */
export const Signature = z.strictObject({
  release_id: z.string(),
  of: z.string(),
  sha256: Sha256,
  uri: z.string(),
  key_id: z.string(),
  signed_at: Instant,
  /** Digest of the envelope that replaced it; empty if none did. */
  renewed_as: z.string(),
});
export type Signature = z.infer<typeof Signature>;

const RenewedDetails = z.object({ renewed: z.array(Renewal) });
const StageDetails = z.object({ stage: z.string(), attestation_sha256: Sha256, key_id: z.string() });
const RenewedApprovalDetails = z.object({ attestation_sha256: Sha256, key_id: z.string() });
const ApprovedDetails = z.object({ key_id: z.string() });
/** Former versions signed no decisions. */
const DecisionDetails = z.object({ key_id: z.string(), envelope: Envelope });

/**
 * Every signature recorded in the events of a chain, in their order. An envelope that is not among them was not signed
 * by us.
 */
export const signaturesIn = (events: readonly AuditEvent[]): Signature[] => {
  const signatures = events.flatMap(madeBy);
  const renewedAs = new Map(events.flatMap(renewalsOf).map((renewal) => [renewal.from_sha256, renewal.to_sha256]));
  return signatures.map((signature) => ({ ...signature, renewed_as: renewedAs.get(signature.sha256) ?? '' }));
};

/**
 * The attestations of a release that have to be there, according to its events in order: of each stage the newest. A decision and the
 * governance record are kept elsewhere.
 */
export const attestationsNamedIn = (events: readonly AuditEvent[]): Signature[] => {
  const kept = events.filter(({ event_type: type }) => decisionOf(type) === undefined && type !== 'release_approved');
  const attested = signaturesIn(kept).filter(({ of }) => of !== GOVERNANCE_RECORD);
  return [...new Map(attested.map((signature) => [signature.of, signature])).values()];
};

export const renewalsOf = ({ event_type: type, details }: AuditEvent): Renewal[] =>
  type === 'signatures_renewed' ? RenewedDetails.parse(details).renewed : [];

const madeBy = (event: AuditEvent): Signature[] => {
  const { event_type: type, release_id, timestamp: signed_at, details, evidence_refs: refs, subject } = event;
  const [uri = ''] = refs;
  const common = { release_id, signed_at, renewed_as: '' };
  if (type === 'stage_evaluated') {
    const { stage, attestation_sha256: sha256, key_id } = StageDetails.parse(details);
    return [{ ...common, of: stage, sha256, uri, key_id }];
  }
  if (type === 'governance_auto_renewed') {
    const { attestation_sha256: sha256, key_id } = RenewedApprovalDetails.parse(details);
    return [{ ...common, of: APPROVAL_RENEWAL, sha256, uri, key_id }];
  }
  if (decisionOf(type) !== undefined) {
    const { success, data } = DecisionDetails.safeParse(details);
    // It is nowhere but in the ledger and in the record, and is never renewed.
    const of = `decision of ${event.actor_id}`;
    return success
      ? [{ ...common, of, sha256: sha256(envelopeBytes(data.envelope)), uri: '', key_id: data.key_id }]
      : [];
  }
  if (type === 'release_approved') {
    const { key_id } = ApprovedDetails.parse(details);
    return [{ ...common, of: GOVERNANCE_RECORD, sha256: Sha256.parse(subject.record_sha256), uri, key_id }];
  }
  return renewalsOf(event).map(({ of, to_sha256, to_uri, to_key_id }) => ({
    ...common,
    of,
    sha256: to_sha256,
    uri: to_uri,
    key_id: to_key_id,
  }));
};

/** The signatures made in a window, both ends included: those to examine if a key may have been compromised. */
export const signedBetween = (signatures: readonly Signature[], from: Instant, until: Instant): Signature[] =>
  signatures
    .filter(({ signed_at: at }) => from <= at && at <= until)
    .toSorted((a, b) => (a.signed_at < b.signed_at ? -1 : Number(a.signed_at > b.signed_at)));

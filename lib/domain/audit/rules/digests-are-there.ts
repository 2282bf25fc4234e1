import { Sha256 } from '../../identifiers.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { Rule } from '../history.ts';
import { renewalsIn } from '../renewals-in.ts';

type Digest = 'artifact_sha256' | 'evidence_digest' | 'record_sha256';

/** What each decision is about. An event that leaves it out would be about anything. */
const ABOUT: Readonly<Record<string, readonly Digest[]>> = {
  evaluation_completed: ['artifact_sha256', 'evidence_digest'],
  approval_requested: ['artifact_sha256', 'evidence_digest'],
  approval_granted: ['artifact_sha256', 'evidence_digest'],
  release_approved: ['artifact_sha256', 'evidence_digest', 'record_sha256'],
  deployment_promoted: ['artifact_sha256', 'evidence_digest', 'record_sha256'],
  rollback_executed: ['artifact_sha256', 'evidence_digest', 'record_sha256'],
};

/** A decision names by digest what it is about, and the record is one that was signed for this release. */
export const digestsAreThere: Rule = (event, { records }) => {
  const { event_type: type, approval_state: state, subject } = event;
  // A release may be rejected before anything was hashed.
  const needed = state === 'rejected' ? [] : (ABOUT[type] ?? []);
  const missing = needed.find((digest) => !Sha256.safeParse(subject[digest]).success);
  if (missing !== undefined) return `its ${missing} is no digest: ${subject[missing] || 'empty'}`;
  const record = subject.record_sha256;
  const isKnown = record === '' || type === 'release_approved' || records.has(record) || renews(event, record);
  return isKnown ? undefined : `its record_sha256 was not signed for this release: ${record}`;
};

const renews = (event: AuditEvent, record: string): boolean =>
  event.event_type === 'signatures_renewed' && renewalsIn(event).some(({ to }) => to === record);

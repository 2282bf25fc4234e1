import type { AuditEvent } from '../ledger/event.ts';

/** What makes a release the one that it is. A part that is not known yet is empty. */
export const identityOf = ({
  model_version,
  policy_sha256,
  subject,
  details,
}: AuditEvent): Readonly<Record<string, string>> => ({
  model_version,
  policy_sha256,
  artifact_version_id: subject.artifact_version_id,
  artifact_sha256: subject.artifact_sha256,
  evidence_digest: subject.evidence_digest,
  change_id: typeof details['change_id'] === 'string' ? details['change_id'] : '',
});

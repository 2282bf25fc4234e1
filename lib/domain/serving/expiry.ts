import type { Change } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import { syncOf } from '../change/sync.ts';
import type { Instant } from '../identifiers.ts';
import { type Release, requireEstablished, transition } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';

/** Whether an approval has expired. Every read that matters checks it, so a late sweep lets nothing through. */
export const isExpired = (release: Release, now: Instant): boolean =>
  release.approvedUntil !== undefined && now >= release.approvedUntil;

/**
 * Records that the approval of a release has expired. A release that was not promoted becomes `expired`; one in
 * production goes on serving, and the expiry is recorded and published. Undefined if there is nothing to expire.
 */
export const expireApproval = (release: Release, now: Instant): Change | undefined => {
  if (!isExpired(release, now) || release.approvalExpiredAt !== undefined) return undefined;
  if (release.state !== 'approved' && release.state !== 'production') return undefined;
  const noted: Release = { ...release, approvalExpiredAt: now, updatedAt: now };
  const after = release.state === 'approved' ? transition(noted, 'expired', now) : noted;
  const approvedUntil = requireEstablished(release, 'approvedUntil');
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'approval_expired',
      idempotency_key: `${release.releaseId}:expired:${approvedUntil}`,
      details: { approved_until: approvedUntil },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [syncOf(release), published('Approval Expired', after), noticeOf('expired', after)],
  };
};

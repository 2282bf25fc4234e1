/** People hear in time that the approval of what serves is about to end. */
import type { Change, DueIntent } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { publishedDetail } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { isExpired } from './expiry.ts';

/** So many days before the end. */
export const WARNING_DAYS = [14, 7, 1] as const;

type Validity = { readonly releaseId: string; readonly since: Instant; readonly until: Instant };

/** The looks at an approval before its end, each at its instant. One that lasts shorter than a warning is early has no such warning. */
export const dueWarnings = ({ releaseId, since, until }: Validity): DueIntent[] =>
  WARNING_DAYS.map((days) => ({
    intent: { kind: 'warn_of_expiry' as const, releaseId },
    dueAt: plusMilliseconds(until, -days * DAY_MS),
  })).filter(({ dueAt }) => dueAt > since);

/**
 * Warns of the end of an approval whose release serves, by the last warning that is due: a sweep that was down sends none that it
 * missed. Undefined if there is nothing to warn of, and if this was warned of already.
 */
export const warnOfExpiry = (release: Release, now: Instant): Change | undefined => {
  const { approvedUntil: until, expiryWarning: former, releaseId } = release;
  if (release.state !== 'production' || until === undefined || isExpired(release, now)) return undefined;
  const days = WARNING_DAYS.findLast((early) => now >= plusMilliseconds(until, -early * DAY_MS));
  if (days === undefined || (former?.until === until && former.days <= days)) return undefined;
  const after: Release = { ...release, expiryWarning: { until, days } };
  const { modelName, modelVersion, state } = after;
  return {
    model: modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'expiry_warned',
      idempotency_key: `${releaseId}:expiring:${until}:${days}`,
      details: { approved_until: until, days },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [
      publishedDetail('Approval Expiring', { releaseId, modelName, modelVersion, state, approvedUntil: until, days }),
      // Colons would be taken for the signs that divide the key of a row.
      noticeOf('expiring', after, `${days}d-${until.replaceAll(':', '')}`),
    ],
  };
};

import type { Outcome } from '../release/outcome.ts';
import type { Release } from '../release/release.ts';
import type { DueIntent } from './change.ts';

/**
 * Lets everybody whom a release concerns hear what became of it, once for each occasion. Whom that is, is found out when it is carried
 * out.
 */
export const noticeOf = (
  outcome: Outcome,
  { releaseId }: Pick<Release, 'releaseId'>,
  occasion?: string,
): DueIntent => ({
  intent: { kind: 'notify_people', releaseId, outcome, ...(occasion !== undefined && { occasion: plain(occasion) }) },
});

/**
 * Lets the same people hear that a deployment of an approved release failed, however it did: with the last write of its attempt, when it
 * is known what serves instead, or that this is not known. Of one that was promoted, or has ended, they hear that.
 */
export const failureNotices = (release: Pick<Release, 'releaseId' | 'state' | 'promotionAttempt'>): DueIntent[] =>
  release.state === 'approved' ? [noticeOf('not_deployed', release, `${release.promotionAttempt}`)] : [];

/** Colons would be taken for the signs that divide the key of a row. */
const plain = (occasion: string): string => occasion.replaceAll(':', '');

import type { Change } from '../change/change.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { isExpired } from '../serving/expiry.ts';
import { startPromotion } from './start-promotion.ts';

type Asked = { readonly actor: Actor; readonly reason: string };
export type PromotionClaim = Asked & { readonly releaseId: string };

/**
 * Afterwards an approved release is on its way into production: again, if that ended before, or still. Only the way is
 * gone again; whether it may be promoted is judged again by the gate. Refuses a release without an approval that holds.
 */
export const askPromotion = (
  claim: PromotionClaim,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ release: Release; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const release = await store.get('release', claim.releaseId);
    if (release === undefined) throw new Refusal('NotFound', `there is no release ${claim.releaseId}`);
    assertPromotable(release, now());
    // Wherever the way ends before production it leaves its reasons; a release that has none is on it.
    if (release.reasons.length === 0) return { release, outcome: 'known' };
    await store.commit(requestPromotion(release, claim, now()), now());
    return { release, outcome: 'requested' };
  });

const assertPromotable = (release: Release, now: Instant): void => {
  const { releaseId, state, approvedUntil } = release;
  if (state !== 'approved') throw new Refusal('PromotionImpossible', `${releaseId} is ${state}, not approved`);
  if (isExpired(release, now)) {
    throw new Refusal('PromotionImpossible', `the approval of ${releaseId} expired at ${approvedUntil}`);
  }
};

/**
 * The reasons of the last try are gone, so the second to ask finds the promotion under way. A new attempt starts, and
 * whatever is left of an earlier one has no say any more.
 */
export const requestPromotion = (release: Release, { actor, reason }: Asked, now: Instant): Change => {
  const { attempt, intent } = startPromotion(release);
  const after: Release = { ...release, reasons: [], promotionAttempt: attempt, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, actor, {
      event_type: 'promotion_requested',
      idempotency_key: `${release.releaseId}:promotion:${release.version}:requested`,
      reason,
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [intent],
  };
};

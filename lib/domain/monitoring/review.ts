/** Reviews of what serves, which people make as often as the policy says. */

import { expecting } from '../change/expecting.ts';
import { publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, ModelName } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { isAmong } from '../policy/identities.ts';
import { reviewDays } from '../policy/monitoring.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { PeriodicReview } from '../records/periodic-review.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import { Refusal } from '../refusal.ts';
import { makersOf } from '../release/makers.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';

type Reviewed = {
  readonly release: Pick<Release, 'riskTier'>;
  readonly pointer: Pick<Pointer, 'since'>;
  /** The last one, of whichever release. */
  readonly review: PeriodicReview | undefined;
  readonly policy: PolicyRecord;
};

/**
 * When what serves is due for a review: so many days after it was last reviewed, or went to production, whichever is later. Undefined if
 * its policy asks for none at its tier.
 */
export const reviewDueAt = ({ release, pointer, review, policy }: Reviewed): Instant | undefined => {
  const days = reviewDays(policy, release.riskTier);
  if (days === undefined) return undefined;
  const from = review === undefined || review.reviewedAt < pointer.since ? pointer.since : review.reviewedAt;
  return plusMilliseconds(from, days * DAY_MS);
};

export type ReviewClaim = {
  readonly modelName: ModelName;
  readonly actor: Actor;
  /** Every name of the actor, where a former version may have stored another than their id. */
  readonly names: readonly string[];
  /** What the review found. */
  readonly reason: string;
};

/**
 * Afterwards it is on record that a person has reviewed what a model serves, and what they found. Refuses where nothing serves, and those
 * who made or requested the release: a review is by others.
 */
export const recordReview = (
  claim: ReviewClaim,
  store: Pick<ReleaseStore, 'get' | 'commit'>,
  now: () => Instant,
): Promise<PeriodicReview> =>
  untilCommitted(async () => {
    const { modelName, actor, names, reason } = claim;
    const [pointer, former] = await Promise.all([
      store.get('pointer', modelName),
      store.get('periodic_review', modelName),
    ]);
    const serving = isServing(pointer) ? pointer : undefined;
    const release = serving && (await store.get('release', serving.releaseId));
    if (serving === undefined || release === undefined) {
      throw new Refusal('NotFound', `${modelName} has no release in production`);
    }
    assertOther(release, names);
    const at = now();
    const review: PeriodicReview = {
      entity: 'periodic_review',
      version: former?.version ?? 0,
      modelName,
      releaseId: release.releaseId,
      reviewedAt: at,
      reviewedBy: actor.id,
      reason,
    };
    const change = {
      model: modelName,
      event: releaseEvent(release, actor, {
        event_type: 'periodic_review_recorded',
        idempotency_key: `review:${modelName}:${review.version + 1}`,
        reason,
        details: { former_at: former?.reviewedAt ?? '', serves_since: serving.since },
      }),
      writes: [{ kind: former === undefined ? ('create' as const) : ('replace' as const), entity: review }],
      intents: [publishedDetail('Periodic Review Recorded', { modelName, releaseId: release.releaseId })],
    };
    await store.commit(expecting(change, serving, release), at);
    return { ...review, version: review.version + 1 };
  });

const assertOther = (release: Release, names: readonly string[]): void => {
  if (!makersOf(release).some((maker) => isAmong(maker, names))) return;
  throw new Refusal('SeparationOfDuties', 'whoever made or requested a release does not review it in production');
};

import type { DueIntent } from '../change/change.ts';
import type { Release } from '../release/release.ts';

/**
 * The next attempt at promoting a release, and the intent that starts it. Both belong in one transaction. The execution
 * is named after the attempt, so there is only one, however often the intent is carried out.
 */
export const startPromotion = (release: Release): { attempt: number; intent: DueIntent } => {
  const attempt = (release.promotionAttempt ?? 0) + 1;
  const { releaseId } = release;
  return {
    attempt,
    intent: {
      intent: {
        kind: 'start_execution',
        machine: 'promotion',
        name: `${releaseId}-${attempt}`,
        input: JSON.stringify({ releaseId, attempt }),
      },
    },
  };
};

/**
 * Establishes that this attempt, and no later one, acts for the release. The release machine has no attempt: it acts
 * until the approval, and it also promotes a release that was approved by an earlier version, whose release machine
 * went on to production itself.
 */
export const ownsPromotion = (release: Release, attempt: number | undefined): boolean =>
  release.promotionAttempt === attempt;

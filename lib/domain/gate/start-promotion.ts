import type { DueIntent } from '../change/change.ts';
import type { Release } from '../release/release.ts';

/**
 * One more attempt at the promotion of a release, and the intent that starts it: the two belong in one transaction. An
 * attempt has one execution, by its name, however often the intent is carried out.
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
 * Establishes that the promotion of a release is in the hands of this attempt and no later one. The release machine has
 * none: what happens before the approval is in its hands, and the promotion as well where an earlier version, whose
 * release machine went on to production by itself, has approved the release.
 */
export const ownsPromotion = (release: Release, attempt: number | undefined): boolean =>
  release.promotionAttempt === attempt;

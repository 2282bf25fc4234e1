import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import type { ReleaseManifest } from '../release/manifest.ts';

/** Which releases of this content or version were denied, as far as they fit, and whether the submitter answers it. */
export const deniedBefore = (decided: readonly FormerDecision[], { denial_answer: answer }: ReleaseManifest) => {
  const denials = decided.filter(isDenial);
  return denials.length === 0
    ? {}
    : {
        denied_before: denials
          .slice(0, 16)
          .map(({ releaseId, decidedBy }) => ({ release_id: releaseId, by: decidedBy })),
        denied_before_total: denials.length,
        denial_answered: answer !== undefined,
      };
};

/** The denials that an answer is about: those that are on record when it is given. */
export const answering = ({ denial_answer: answer }: ReleaseManifest, decided: readonly FormerDecision[]) =>
  answer === undefined ? {} : { answeredDenials: decided.filter(isDenial).map(({ releaseId }) => releaseId) };

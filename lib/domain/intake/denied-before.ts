import { textInEvent } from '../ledger/event.ts';
import { type FormerDecision, isDenial } from '../records/former-decision.ts';
import { ANSWER_MAX_CHARACTERS, type ReleaseManifest } from '../release/manifest.ts';

/** Which releases of this content or version were denied, as far as they fit, and what the submitter answers. */
export const deniedBefore = (decided: readonly FormerDecision[], manifest: ReleaseManifest) => {
  const answer = answerInEvent(manifest);
  const denials = decided.filter(isDenial);
  return denials.length === 0
    ? {}
    : {
        denied_before: denials
          .slice(0, 16)
          .map(({ releaseId, decidedBy }) => ({ release_id: releaseId, by: decidedBy })),
        denied_before_total: denials.length,
        denial_answered: answer !== undefined,
        ...(answer === undefined ? {} : { denial_answer: answer }),
      };
};

/** What the submitter answers, as far as the event of the request has room for it. */
export const answerInEvent = ({ denial_answer: answer }: ReleaseManifest): string | undefined =>
  answer && textInEvent(answer, ANSWER_MAX_CHARACTERS);

/** The denials that an answer is about: those that are on record when it is given. */
export const answering = ({ denial_answer: answer }: ReleaseManifest, decided: readonly FormerDecision[]) =>
  answer === undefined ? {} : { answeredDenials: decided.filter(isDenial).map(({ releaseId }) => releaseId) };

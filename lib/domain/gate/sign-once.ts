import type { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { Refusal, Unavailable } from '../refusal.ts';
import type { Envelope } from '../signing/envelope.ts';

/** Followed by a release: where the table keeps the answers that were signed. */
export const GATE = 'GATE#';

/** Where one answer of the gate is kept: that about a release, of one minute, by what was judged and how. */
export type AnswerPlace = { readonly releaseId: ReleaseId; readonly at: Instant; readonly sha256: Sha256 };

/** The answers that were signed, for as long as they are given again. */
export interface KeptAnswers {
  /** What is kept there; undefined if nothing is, or not yet. */
  find(place: AnswerPlace): Promise<Envelope | undefined>;
  /** How many answers about the release were signed, or are being signed, in the minute of the place. */
  taken(place: AnswerPlace): Promise<number>;
  /** Takes the place; false if somebody has it. */
  take(place: AnswerPlace): Promise<boolean>;
  /** Keeps the answer at a place that was taken. */
  keep(place: AnswerPlace, envelope: Envelope): Promise<void>;
}

/** How long somebody waits for the one who signs, at most: three seconds. */
const WAITS = 20;
export const WAIT_MS = 150;

/** Different answers of a release in one minute: its rows change, and others ask about other bytes. */
const ANSWERS_PER_MINUTE = 12;

type SignOnce = {
  readonly answers: KeptAnswers;
  readonly sign: () => Promise<Envelope>;
  /** Waits for `WAIT_MS`. */
  readonly pause: () => Promise<void>;
};

/**
 * The signed answer of a place. It is signed at most once, by whoever takes the place; all others are given the same. If the one
 * who took it died, there is no answer there: in the next minute there is another place. Refuses more different answers about one
 * release than a minute has room for, since each costs a signature.
 */
export const signOnce = async (place: AnswerPlace, { answers, sign, pause }: SignOnce): Promise<Envelope> => {
  const kept = await answers.find(place);
  if (kept !== undefined) return kept;
  if ((await answers.taken(place)) >= ANSWERS_PER_MINUTE) {
    const message = `the gate has signed ${ANSWERS_PER_MINUTE} different answers about ${place.releaseId} in this minute`;
    throw new Refusal('AskedTooOften', `${message}: ask again in the next one`);
  }
  if (await answers.take(place)) {
    const envelope = await sign();
    await answers.keep(place, envelope);
    return envelope;
  }
  for (let wait = 0; wait < WAITS; wait += 1) {
    await pause();
    const signed = await answers.find(place);
    if (signed !== undefined) return signed;
  }
  throw new Unavailable('the same answer is being signed, and is not there yet: ask again in a minute');
};

import type { Instant, ReleaseId, Sha256 } from '../identifiers.ts';
import { Refusal, Unavailable } from '../refusal.ts';
import type { Envelope } from '../signing/envelope.ts';

/** Followed by a release: where the table keeps the answers that were signed. */
export const GATE = 'GATE#';

/** Where one answer of the gate is kept: that about a release, of one minute, by what was judged and how. */
export type AnswerPlace = { readonly releaseId: ReleaseId; readonly at: Instant; readonly sha256: Sha256 };

/**
 * Whether an answer is about what Assay itself knows the release by: the bytes that it has pinned, or the manifest before that. Who asks
 * can name any other bytes, and as many as they like.
 */
export type Subject = 'own' | 'other';

/** One of the signatures that there are about a release in a minute. */
export type Slot = { readonly of: Subject; readonly number: number };

/** The answers that were signed, for as long as they are given again. */
export interface KeptAnswers {
  /** What is kept there; undefined if nothing is, or not yet. */
  find(place: AnswerPlace): Promise<Envelope | undefined>;
  /** Takes a slot for the answer of the place, if nobody has it. Otherwise says whether the same answer has it, or another one. */
  take(place: AnswerPlace, slot: Slot): Promise<'taken' | 'same' | 'other'>;
  /** Keeps the answer that a slot was taken for. */
  keep(place: AnswerPlace, envelope: Envelope): Promise<void>;
}

/** How long somebody waits for the one who signs, at most: three seconds. */
const WAITS = 20;
export const WAIT_MS = 150;

/**
 * Different answers about a release in one minute, twelve in all. Those about its own bytes differ only where a row changed, which takes
 * somebody with a right to change it. Those about other bytes are denials.
 */
export const SLOTS: Record<Subject, number> = { own: 8, other: 4 };

type SignOnce = {
  readonly subject: Subject;
  readonly answers: KeptAnswers;
  readonly sign: () => Promise<Envelope>;
  /** Waits for `WAIT_MS`. */
  readonly pause: () => Promise<void>;
};

/**
 * The signed answer of a place. It is signed at most once, by whoever takes a slot for it; all others are given the same. Slots are
 * taken in order and never given back, so of two who sign the same, the second comes by the slot of the first. If the one who took it
 * died, there is no answer there: the next minute has other slots. Refuses more answers about a subject than a minute has slots for,
 * since each costs a signature.
 */
export const signOnce = async (place: AnswerPlace, world: SignOnce): Promise<Envelope> => {
  const { answers, sign, subject } = world;
  const kept = await answers.find(place);
  if (kept !== undefined) return kept;
  for (let number = 1; number <= SLOTS[subject]; number += 1) {
    const holder = await answers.take(place, { of: subject, number });
    if (holder === 'same') return awaited(place, world);
    if (holder === 'other') continue;
    const envelope = await sign();
    await answers.keep(place, envelope);
    return envelope;
  }
  const what = subject === 'own' ? place.releaseId : `other bytes than those of ${place.releaseId}`;
  const message = `the gate has signed ${SLOTS[subject]} different answers about ${what} in this minute`;
  throw new Refusal('AskedTooOften', `${message}: ask again in the next one`);
};

/** The answer that somebody else signs now. */
const awaited = async (place: AnswerPlace, { answers, pause }: SignOnce): Promise<Envelope> => {
  for (let wait = 0; wait < WAITS; wait += 1) {
    const signed = await answers.find(place);
    if (signed !== undefined) return signed;
    await pause();
  }
  throw new Unavailable('the same answer is being signed, and is not there yet: ask again in a minute');
};

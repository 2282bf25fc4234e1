/** Requests that their senders may send again: the act that follows from one is committed once. */
import type { Instant, Sha256 } from '../identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import { Refusal } from '../refusal.ts';

/** A request by its sender and by the key that the sender gave it. What was sent under the key is known by its digest. */
export type Once = {
  readonly sender: Sha256;
  readonly key: Sha256;
  readonly request: Sha256;
  readonly at: Instant;
  /** From then on the key is unknown again. */
  readonly until: Instant;
};

export type OnceAnswer = { readonly status: number; readonly body: string };

/** What is kept of a request: with its answer, once that was given. */
export type KeptOnce = Pick<Once, 'request' | 'at'> & { readonly answer?: OnceAnswer | undefined };

/** The requests that are known by their keys. */
export interface KeptOnces {
  /** What is kept under this key of this sender; undefined if nothing is, or no longer. */
  find(once: Once): Promise<KeptOnce | undefined>;
  /** Notes a request whose act another Lambda commits; whether this is the first under its key. */
  take(once: Once): Promise<boolean>;
  /** Keeps the answer, to be given again; whether it could, because no other request has come by its key. */
  keep(once: Once, answer: OnceAnswer): Promise<boolean>;
}

/** A key is known for a day. */
export const knownUntil = (at: Instant): Instant => plusMilliseconds(at, DAY_MS);

/** Longer than any request takes: what has no answer then will get none. */
const LONGEST_MS = 60_000;

/** Refuses a key under which something else was sent, and gives the answer that there is. Without one, it says how things stand. */
export const answerAgain = (kept: KeptOnce, { request, at }: Once): OnceAnswer => {
  if (kept.request !== request) {
    const field = 'Idempotency-Key';
    const problem = `is that of another request, sent at ${kept.at}: give each request a key of its own`;
    throw new Refusal('IdempotencyKeyReused', 'the key is that of another request', [{ field, problem }]);
  }
  if (kept.answer !== undefined) return kept.answer;
  if (millisecondsOf(at) - millisecondsOf(kept.at) < LONGEST_MS) throw underWay();
  throw new Refusal(
    'RequestUnderWay',
    `the request was carried out at ${kept.at}, and its answer was lost: read what became of it`,
  );
};

/** The refusal of a request that came while another with the same key was being answered. */
export const underWay = (): Refusal =>
  new Refusal('RequestUnderWay', 'a request with this key is being answered: send it again in a minute');

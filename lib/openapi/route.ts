/** What the document says of one route. Its path is written as under `/v1`. */
import type * as z from 'zod';

export type Route = {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** The name of the call in generated clients. */
  readonly id: string;
  readonly summary: string;
  /** Whom the door lets in. */
  readonly who: 'any role' | 'releaser' | 'operator' | 'auditor';
  /** Whether machines call it by a signature, too, under `/iam/v1`. */
  readonly bySignature?: true;
  readonly query?: z.ZodRawShape;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of refusals that are not those of every route. */
  readonly refusals?: readonly number[];
  /** Answered anew each time: with no `ETag`, and whatever its `Idempotency-Key`. */
  readonly isFresh?: true;
};

/** What is answered: JSON of a shape, or text in one of these media types. */
export type Answer = { readonly about: string; readonly shape: z.ZodType } | Text;
export type Text = { readonly about: string; readonly media: readonly string[] };

export const ok = (shape: z.ZodType, about = 'the answer'): Readonly<Record<number, Answer>> => ({
  200: { about, shape },
});

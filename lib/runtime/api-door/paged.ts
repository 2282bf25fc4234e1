/**
 * Pages of a list, as callers ask for them. A cursor is a place in the list and nothing else: it names no table, no filter and no
 * caller, it is parsed like any other input, and one that was made up shows what its caller may read anyway.
 */
import * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { wholeNumber } from '../../domain/whole-number.ts';
import { parseAsked } from './parse-asked.ts';

export const LIMIT_MAX = 100;
const CURSOR_MAX_LENGTH = 1024;

/** How many a page has at most, and the `next` of the page before. */
export const Paged = z.strictObject({
  limit: wholeNumber({ min: 1, max: LIMIT_MAX }).optional(),
  after: z.string().min(1).max(CURSOR_MAX_LENGTH).optional(),
});

const NEEDS = 'could not list: the query is not understood';

/** What a query asks for. Refuses what it does not know, so that a filter that is misspelt is not left out. */
export const queryOf = <Shape extends z.ZodType>(shape: Shape, query: unknown): z.output<Shape> =>
  parseAsked(shape, query, { whole: 'query', needs: NEEDS });

type Asked = z.output<typeof Paged>;

/** The page that is asked for, in a list whose places have this shape. */
export const pageIn = <Place extends z.ZodType>(
  { limit = LIMIT_MAX, after }: Asked,
  place: Place,
  limitMax: number = LIMIT_MAX,
): { limit: number; after: z.output<Place> | undefined } => ({
  limit: Math.min(limit, limitMax),
  after: after === undefined ? undefined : placeIn(after, place),
});

const placeIn = <Place extends z.ZodType>(after: string, place: Place): z.output<Place> => {
  const found = place.safeParse(jsonOf(Buffer.from(after, 'base64url').toString('utf8')));
  if (found.success) return found.data;
  throw new Refusal('RequestInvalid', NEEDS, [{ field: 'after', problem: 'is no place that a page before has named' }]);
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `next` of an answer: nothing on the last page. */
export const nextOf = (place: unknown): { next?: string } =>
  place === undefined ? {} : { next: Buffer.from(JSON.stringify(place)).toString('base64url') };

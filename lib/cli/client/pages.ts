import * as z from 'zod';
import { wholeNumberIn } from '../../domain/whole-number.ts';
import { UsageError } from '../command.ts';
import { type Call, callApi } from './api.ts';
import type { Connection } from './connection.ts';

/** For commands that list: all of it, unless a limit is given. */
export const limitOption = {
  type: 'string',
  value: 'COUNT',
  description: 'list this many at most (all)',
} as const;

export const sinceOption = {
  type: 'string',
  value: 'DATE',
  description: 'list what came at this date or time or later, ISO 8601',
} as const;
export const untilOption = {
  type: 'string',
  value: 'DATE',
  description: 'list what came until then; a date includes its whole day',
} as const;

/** The parameters of a query that were given. */
export const given = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const QUIET_PAGES = 5;

type Wanted = {
  /** The member of the answer that is the list. */
  readonly of: string;
  readonly limit?: string | undefined;
  /** Says how far it is, where there are many pages. */
  readonly say: (text: string) => void;
};

/**
 * The list of a route, page after page; the other members of the first answer stay beside it. With a limit, no more is asked for than
 * that, and `next` names the place where the list goes on.
 */
export const readPages = async (
  connection: Connection,
  { query, ...call }: Call & { readonly method: 'GET' },
  { of, limit, say }: Wanted,
): Promise<Readonly<Record<string, unknown>>> => {
  const bound = limit === undefined ? Number.POSITIVE_INFINITY : countIn(limit);
  const items: unknown[] = [];
  let first: Readonly<Record<string, unknown>> | undefined;
  let next: string | undefined;
  for (let page = 1; page === 1 || (next !== undefined && items.length < bound); page += 1) {
    const asked = {
      ...query,
      ...(bound - items.length < PAGE_MAX ? { limit: String(bound - items.length) } : {}),
      ...(next === undefined ? {} : { after: next }),
    };
    const answer = await callApi(connection, Object.keys(asked).length === 0 ? call : { ...call, query: asked }, Page);
    first ??= answer;
    items.push(...z.array(z.unknown()).parse(answer[of]));
    next = answer.next;
    if (page % QUIET_PAGES === 0 && next !== undefined) say(`${items.length} ${of} so far …`);
  }
  const { next: _, ...others } = first ?? {};
  return { ...others, [of]: items, ...(next === undefined ? {} : { next }) };
};

const Page = z.looseObject({ next: z.string().optional() });

/** The most that a route puts on one page. */
const PAGE_MAX = 100;

const countIn = (limit: string): number => {
  const found = wholeNumberIn(limit, { min: 1, max: Number.MAX_SAFE_INTEGER });
  if (found !== undefined) return found;
  throw new UsageError('--limit takes a number of 1 or more');
};

/** Notes who reads what, at every door that people come in by: before the answer leaves, and for each route without being told. */
import type { Context, Env, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { leaveOutValues } from '../adapters/aws-error.ts';
import type { Instant } from '../domain/identifiers.ts';
import { minuteOf, type Reading, UNLISTED } from '../domain/ledger/access.ts';
import type { Caller } from './api-door/caller.ts';
import { logger } from './logger.ts';

/** Who is given an answer: undefined for a machine, and for a page that anybody may see. */
export type Reader = Reading['who'] | undefined;

/** Notes one read. Never throws: what cannot be noted is answered all the same, and the log says so. */
export type NoteRead = (who: Reader, what: string) => Promise<void>;

/** What was read under the same name in the same minute is noted once: a page that is open asks every few seconds. */
export const readLog = (note: (reading: Reading) => Promise<void>, now: () => Instant): NoteRead => {
  const noted = new Set<string>();
  let minute: Instant | undefined;
  return async (who, what) => {
    if (who === undefined) return;
    const at = minuteOf(now());
    if (at !== minute) noted.clear();
    minute = at;
    const line = `${who} ${what}`;
    if (noted.has(line)) return;
    try {
      await note({ at, who, what });
      noted.add(line);
    } catch (error) {
      leaveOutValues(error);
      logger.error('a read was not noted', { who, what, reason: error instanceof Error ? error : String(error) });
    }
  };
};

/** Who a caller is, for the record. A person whom the directory does not know may have a role that reads, and has no id. */
export const readerOf = (caller: Pick<Caller, 'identity' | 'auth'> | undefined): Reader => {
  if (caller === undefined || caller.auth === 'iam') return undefined;
  if (caller.identity === undefined) return UNLISTED;
  return caller.identity.isPerson ? caller.identity.id : undefined;
};

/** Parts of an address that are ids of ours. Anything else there, such as a link or a question, is in no line. */
const RESOURCES: readonly string[] = [
  ...['id', 'releaseId', 'model', 'endpoint', 'check', 'before', 'after', 'epoch', 'name'],
];
const IsId = /^[\w.:-]{1,128}$/;

/** What an answer was about, where the address has no id of it: set by the door. */
export type WithAbout = { Variables: { about: string | undefined } };

/** The route of an answer as AWS writes it, and the ids in its address: `GET /v1/releases/{id} credit-1`. */
const routeIn = (c: Context): string => {
  const path = routePath(c).replaceAll(/:(\w+)/g, '{$1}');
  const named = Object.entries(c.req.param()).filter(([name]) => RESOURCES.includes(name));
  const ids = [...named.map(([, id]) => id), c.get('about')].filter((id) => IsId.test(id ?? ''));
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  return [`${method} ${path}`, ...(ids.length > 0 ? [ids.join('/')] : [])].join(' ');
};

export const isAnswered = (c: Context): boolean => c.res.status < 400;

/** Whether something was given by GET. What a door gives in other ways, it says. */
export const isRead = (c: Context): boolean => isAnswered(c) && (c.req.method === 'GET' || c.req.method === 'HEAD');

/** Notes each answer that gave something to read. `who` is asked afterwards, when the door knows it. */
export const noteReads =
  <E extends Env>(
    note: NoteRead,
    who: (c: Context<E>) => Reader | Promise<Reader>,
    isGiven: (c: Context) => boolean = isRead,
  ): MiddlewareHandler<E> =>
  async (c, next) => {
    await next();
    if (isGiven(c)) await note(await who(c), routeIn(c));
  };

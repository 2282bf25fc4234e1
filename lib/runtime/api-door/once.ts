/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is sent again under its key acts once. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, MiddlewareHandler } from 'hono';
import {
  answerAgain,
  type KeptOnces,
  knownUntil,
  type Once,
  type OnceAnswer,
  underWay,
} from '../../domain/change/once.ts';
import type { ReleaseStore } from '../../domain/change/release-store.ts';
import type { Instant, Sha256 } from '../../domain/identifiers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { sha256 } from '../../domain/signing/canonical-json.ts';
import { logger } from '../logger.ts';
import type { Caller } from './caller.ts';
import { isReadByPost } from './read-by-post.ts';

const HEADER = 'Idempotency-Key';
/** A structured string, or the same without its quotation marks. */
const KEY = /^"([ !#-[\]-~]{1,255})"$|^([!#-[\]-~]{1,255})$/;

/** A request that has a key, and by what that was noted: the transaction of its act, or before another Lambda was asked to act. */
type Asked = { readonly once: Once; readonly onces: KeptOnces; noted?: 'with_act' | 'before_act' };
const current = new AsyncLocalStorage<Asked>();

/** The same store, whose first commit of an act within a request that has a key notes the key in its transaction. */
export const committingOnce = <S extends Pick<ReleaseStore, 'commit'>>(store: S): S => ({
  ...store,
  commit: async (change, now, foreseen) => {
    const asked = current.getStore();
    if (asked === undefined || asked.noted !== undefined || change.isBeforeAct) {
      return store.commit(change, now, foreseen);
    }
    const sealed = await store.commit({ ...change, once: asked.once }, now, foreseen);
    asked.noted = 'with_act';
    return sealed;
  },
});

/** The same order to another Lambda, which commits what follows from it: the key of a request is noted before it is given. */
export const orderingOnce =
  <C, A>(order: (claim: C) => Promise<A>) =>
  async (claim: C): Promise<A> => {
    const asked = current.getStore();
    if (asked !== undefined) {
      if (!(await asked.onces.take(asked.once))) throw underWay();
      asked.noted = 'before_act';
    }
    return order(claim);
  };

type Door = {
  readonly onces: KeptOnces;
  readonly now: () => Instant;
};
type WithCaller = { Variables: { caller: Caller } };

/** Answers a request whose key is known as it was answered then, and notes the others. Comes after the caller is known. */
export const answerOnce = <E extends WithCaller>({ onces, now }: Door): MiddlewareHandler<E> => {
  return async (context, next) => {
    const given = context.req.header(HEADER);
    if (context.req.method !== 'POST' || given === undefined || isReadByPost(context.req.path)) return next();
    const once = await onceOf(keyIn(given), context, now());
    const kept = await onces.find(once);
    if (kept !== undefined) return again(answerAgain(kept, once));
    const asked: Asked = { once, onces };
    await current.run(asked, next);
    if (asked.noted === undefined && !context.res.ok) return;
    // What the other Lambda refuses, it refuses before it acts: the key is unknown again.
    const isForgotten = asked.noted === 'before_act' && !context.res.ok;
    const known = isForgotten ? { ...once, until: once.at } : once;
    // Another of the same key came by its act first: what this one found is an answer to that, and not its own.
    if (!(await isAnswerKept(context.res.clone(), known, onces))) throw underWay();
  };
};

const keyIn = (given: string): string => {
  const [, quoted, bare] = KEY.exec(given) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  const problem = 'must be 1 to 255 visible ASCII characters, such as a UUID';
  throw new Refusal('RequestInvalid', 'the key of the request is not understood', [{ field: HEADER, problem }]);
};

/** Nobody is named in the table, and what was sent is not kept there. */
const onceOf = async <E extends WithCaller>(key: string, context: Context<E>, at: Instant): Promise<Once> => {
  const { auth, identity, name } = context.get('caller');
  const { method, url } = context.req;
  const { pathname, search } = new URL(url);
  const body = Buffer.from(await context.req.raw.clone().arrayBuffer());
  return {
    sender: digestOf(JSON.stringify([auth, identity?.id ?? name])),
    key: digestOf(key),
    request: sha256(Buffer.concat([Buffer.from(`${method} ${pathname}${search}\n`), body])),
    at,
    until: knownUntil(at),
  };
};

const digestOf = (text: string): Sha256 => sha256(Buffer.from(text));

const again = ({ status, body }: OnceAnswer): Response => {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return new Response(body, { status, headers: { 'content-type': type, 'idempotency-replayed': 'true' } });
};

/** A fault is not kept: whether something was committed before it is what the row says. An act is not undone if this fails. */
const isAnswerKept = async (response: Response, once: Once, onces: KeptOnces): Promise<boolean> => {
  if (response.status >= 500) return true;
  return onces.keep(once, { status: response.status, body: await response.text() }).catch((error: Error) => {
    logger.error('an answer was not kept', error);
    return true;
  });
};

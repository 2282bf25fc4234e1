/** Who may look, and who may order: each page and each act says which of the two it is for. */
import type { Context, MiddlewareHandler } from 'hono';
import { type DirectoryRecord, findPerson } from '../../lib/domain/policy/directory-record.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { assertReader, type Caller, isOperator } from '../../lib/runtime/api-door/caller.ts';
import type { Viewer } from '../../lib/web/console/frame.ts';
import { isOfSameOrigin } from '../../lib/web/parts/same-origin.ts';
import { bearerOf } from '../../lib/web/session/claims.ts';
import { isFormTokenOf } from '../../lib/web/session/form-token.ts';
import { leadToSignIn, readSession } from '../../lib/web/session/session.ts';
import { sessionToken } from '../../lib/web/session/visit.ts';
import type { ConsoleWorld } from './world.ts';

export type Reading = {
  readonly Variables: {
    readonly caller: Caller;
    readonly directory: DirectoryRecord;
    readonly viewer: Viewer;
    /** The session, which a form brings back as a digest. */
    readonly token: string;
  };
};
export type ReadingContext = Context<Reading>;

/** Lets in who is signed in and has one of the roles that may read; leads others to the sign-in, or says what they lack. */
export const reading =
  (world: ConsoleWorld): MiddlewareHandler<Reading> =>
  async (c, next) => {
    const session = await readSession(c, world);
    if (session === undefined) return leadToSignIn(c, world);
    const directory = await world.directory();
    const caller: Caller = { ...bearerOf(session.claims, directory), auth: 'jwt' };
    assertReader(caller);
    c.set('caller', caller);
    c.set('directory', directory);
    c.set('token', sessionToken(c, world) ?? '');
    c.set('viewer', viewerOf(caller, directory, world));
    return next();
  };

const viewerOf = (caller: Caller, directory: DirectoryRecord, { now, publicBaseUrl }: ConsoleWorld): Viewer => {
  const { identity, name, roles } = caller;
  const person = identity && findPerson(directory, identity.id);
  return {
    id: identity?.id ?? '',
    name: person?.name ?? name,
    roles,
    isOperator: isOperator(caller),
    now: now(),
    publicBaseUrl,
  };
};

/** The fields of a form of ours. Refuses one that comes from elsewhere, or was made for another session or page. */
export const formOf = async (c: ReadingContext, world: ConsoleWorld): Promise<URLSearchParams> => {
  const { origin } = new URL(world.publicBaseUrl);
  if (!isOfSameOrigin((name) => c.req.header(name), origin)) throw new Refusal('NotAuthorized', NOT_OURS);
  const form = new URLSearchParams(await c.req.text());
  if (!isFormTokenOf(form.get('form') ?? '', c.var.token, c.req.path)) throw new Refusal('NotAuthorized', NOT_OURS);
  return form;
};

const NOT_OURS = 'the form was not made by this page for this session';

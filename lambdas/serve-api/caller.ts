import * as z from 'zod';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Actor } from '../../lib/domain/release/release-event.ts';
import { readToken } from './token.ts';

/** Who calls, by the token that the gateway's JWT authorizer has verified. */
export type Caller = { readonly id: string; readonly roles: readonly string[] };
export type ApiRole = 'releaser' | 'operator';

/** Reading needs one of these: a token alone says who its bearer is, not what they may see. */
const READERS = ['auditor', 'operator', 'releaser', 'approver'];

const Bindings = z.object({ event: z.unknown() });

/** The caller of a request. Without verified claims there is none, whatever the headers say. */
export const callerOf = (bindings: unknown): Caller => {
  const token = readToken(Bindings.safeParse(bindings).data?.event);
  return {
    id: token['cognito:username'] ?? token.username ?? token.sub,
    roles: token['cognito:groups'] ?? token.groups ?? [],
  };
};

/** Refuses a caller who may not even read. */
export const assertReader = ({ roles }: Caller): void => {
  if (READERS.some((role) => roles.includes(role))) return;
  throw new Refusal('NotAuthorized', `this needs one of the roles ${READERS.join(', ')}`);
};

/** The caller as an actor in this role. Refuses a caller who does not have the role. */
export const actorOf = ({ id, roles }: Caller, role: ApiRole): Actor => {
  if (roles.includes(role)) return { id, role, auth: 'jwt' };
  throw new Refusal('NotAuthorized', `this needs the role ${role}`);
};

import * as z from 'zod';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Actor } from '../../lib/domain/release/release-event.ts';

/** The caller: the claims of a token that the gateway's JWT authorizer has verified. */
export type Caller = { readonly id: string; readonly roles: readonly string[] };
export type ApiRole = 'releaser' | 'operator';

/** Goes on record with what its bearer orders; no issuer gives a longer one (OpenID Connect: 255). */
const Subject = z.string().min(1).max(255);
const Claims = z.object({
  sub: Subject,
  username: Subject.optional(),
  'cognito:username': Subject.optional(),
  'cognito:groups': z.union([z.string(), z.array(z.string())]).optional(),
  groups: z.union([z.string(), z.array(z.string())]).optional(),
});
const Bindings = z.object({
  requestContext: z.object({ authorizer: z.object({ jwt: z.object({ claims: Claims }) }) }),
});

/** The caller of a request. Without verified claims there is none, whatever the headers say. */
export const callerOf = (bindings: unknown): Caller => {
  const event = z.object({ event: Bindings }).safeParse(bindings);
  if (!event.success) throw new Refusal('NotAuthorized', 'the request carries no verified identity');
  const { claims } = event.data.event.requestContext.authorizer.jwt;
  const groups = claims['cognito:groups'] ?? claims.groups ?? [];
  return { id: claims['cognito:username'] ?? claims.username ?? claims.sub, roles: groupNames(groups) };
};

/** API Gateway hands a list claim over as text: `[a b]`. */
const groupNames = (groups: string | string[]): string[] =>
  Array.isArray(groups)
    ? groups
    : groups
        .replaceAll(/^\[|\]$/g, '')
        .split(/[\s,]+/)
        .filter((name) => name !== '');

/** The caller as an actor in this role. Refuses a caller who does not have the role. */
export const actorOf = ({ id, roles }: Caller, role: ApiRole): Actor => {
  if (roles.includes(role)) return { id, role, auth: 'jwt' };
  throw new Refusal('NotAuthorized', `this needs the role ${role}`);
};

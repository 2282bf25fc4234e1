import { cut } from '../../domain/cut.ts';
import type { DirectoryRecord } from '../../domain/policy/directory-record.ts';
import type { Identity } from '../../domain/policy/identities.ts';
import type { Submitter } from '../../domain/records/intake.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Actor } from '../../domain/release/release-event.ts';
import { bearerOf } from '../../web/session/claims.ts';
import { API_ROLES } from '../../web/session/roles.ts';
import { readToken } from './token.ts';

/** Who calls, by what the authorizer of the route has verified: a token, or a signature of AWS. */
export type Caller = {
  /** What the token calls them, or the role or user that signed. It goes into no event. */
  readonly name: string;
  /** Who that is in the directory; undefined if nobody, or two. */
  readonly identity: Identity | undefined;
  /** The groups of the token. A machine that signs has none. */
  readonly roles: readonly string[];
  readonly auth: 'jwt' | 'iam';
};

/** Reading needs one of these: a token alone says who its bearer is, not what they may see. */
const READERS = Object.keys(API_ROLES);

/** The bearer of a token. Without verified claims there is none, whatever the headers say. */
export const callerOf = (event: unknown, directory: DirectoryRecord): Caller => ({
  ...bearerOf(readToken(event), directory),
  auth: 'jwt',
});

/** Refuses a caller who may not even read. */
export const assertReader = ({ roles }: Caller): void => {
  if (READERS.some((role) => roles.includes(role))) return;
  throw new Refusal('NotAuthorized', `this needs one of the roles ${READERS.join(', ')}`);
};

/** Who calls. Refuses a caller whom the directory does not know, because only ids go on record. */
export const identityOf = ({ name, identity }: Caller): Identity => {
  if (identity !== undefined) return identity;
  const why = 'is neither a person nor a machine of the directory: list it there as a login';
  throw new Refusal('NotAuthorized', `${cut(name, 80)} ${why}`);
};

/** Whether a caller may order something out of the ordinary: a person with the role. */
export const isOperator = ({ roles, identity }: Caller): boolean =>
  roles.includes('operator') && identity?.isPerson === true;

/** The caller as an operator, by their id in the directory. Refuses a caller without the role, and one who is no person. */
export const operatorOf = (caller: Caller): Actor => {
  assertRole(caller, 'operator');
  const { id } = identityOf(caller);
  if (isOperator(caller)) return { id, role: 'operator', auth: 'jwt' };
  throw new Refusal('NotAuthorized', `an operator is a person, and ${id} is a machine`);
};

/** The caller as an auditor, by their id in the directory. Refuses a caller without the role, and one who is no person. */
export const auditorOf = (caller: Caller): Actor => {
  assertRole(caller, 'auditor');
  const { id, isPerson } = identityOf(caller);
  if (isPerson) return { id, role: 'auditor', auth: 'jwt' };
  throw new Refusal('NotAuthorized', `an auditor is a person, and ${id} is a machine`);
};

/** The caller as a person in the first of these roles that they have, by their id in the directory. Refuses everybody else. */
export const personOf = (caller: Caller, roles: readonly string[]): Actor => {
  const role = roles.find((one) => caller.roles.includes(one));
  if (role === undefined) throw new Refusal('NotAuthorized', `this needs the role ${roles.join(' or ')}`);
  const { id, isPerson } = identityOf(caller);
  if (isPerson) return { id, role, auth: 'jwt' };
  throw new Refusal('NotAuthorized', `this takes a person, and ${id} is a machine`);
};

/** The caller as one who requests releases. Whether they are known is for the intake to say, on record. */
export const submitterOf = (caller: Caller): Submitter => {
  const { name, identity, auth } = caller;
  if (auth === 'iam') return { field: 'principal', name, identity, role: 'submitter', auth };
  assertRole(caller, 'releaser');
  return { field: 'submitter', name, identity, role: 'releaser', auth };
};

const assertRole = ({ roles }: Caller, role: 'releaser' | 'operator' | 'auditor'): void => {
  if (!roles.includes(role)) throw new Refusal('NotAuthorized', `this needs the role ${role}`);
};

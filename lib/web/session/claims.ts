/** What a verified token says of its bearer, and who that is. */
import * as z from 'zod';
import type { DirectoryRecord } from '../../domain/policy/directory-record.ts';
import { findByName, type Identity } from '../../domain/policy/identities.ts';

/** Goes on record with what its bearer orders; no issuer gives a longer one (OpenID Connect: 255). */
const Subject = z.string().min(1).max(255);
/** A name is a group as a whole. Text is one name, whatever is in it; anything else names none. */
const Groups = z.union([z.array(z.string()), z.string().transform((name) => [name])]).catch([]);

export const Claims = z.object({
  sub: Subject,
  iss: z.string().optional(),
  jti: z.string().optional(),
  username: Subject.optional(),
  'cognito:username': Subject.optional(),
  'cognito:groups': Groups.optional(),
  groups: Groups.optional(),
});
export type Claims = z.infer<typeof Claims>;

export type Bearer = {
  /** What the token calls them. It goes into no event. */
  readonly name: string;
  /** Who that is in the directory; undefined if nobody, or two. */
  readonly identity: Identity | undefined;
  /** The groups of the token. */
  readonly roles: readonly string[];
};

/** Who bears a token. A token whose subject and user name belong to two people is nobody's. */
export const bearerOf = (claims: Claims, directory: DirectoryRecord): Bearer => {
  const username = claims['cognito:username'] ?? claims.username;
  const known = [claims.sub, ...(username === undefined ? [] : [username])].flatMap(
    (name) => findByName(directory, name) ?? [],
  );
  const isOne = new Set(known.map(({ id }) => id)).size === 1;
  return {
    name: username ?? claims.sub,
    identity: isOne ? known[0] : undefined,
    roles: claims['cognito:groups'] ?? claims.groups ?? [],
  };
};

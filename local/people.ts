/** Who signs in to the local AWS, and who is asked for what. */
import { randomBytes } from 'node:crypto';
import type { ApproverDirectory } from '../lib/domain/policy/directory.ts';
import type { LocalUser } from './cognito.ts';
import type { Member } from './slack/workspace.ts';

type Roles = Pick<LocalUser, 'username' | 'email' | 'groups'>;

/**
 * All of them are people of the example's directory: one who requests releases, and operators, of whom two others than the
 * one who asked for a rollback release the model; two who are asked to approve, and look before they decide; and two auditors,
 * since one of them cannot lift a legal hold alone.
 */
export const EXAMPLE_USERS: readonly Roles[] = [
  { username: 'dana.kim', groups: ['releaser'] },
  { username: 'omar.haddad', groups: ['releaser', 'operator', 'auditor'] },
  { username: 'olga.brandt', groups: ['operator'] },
  { username: 'ines.duarte', groups: ['operator'] },
  { username: 'ana.silva', groups: ['approver'] },
  { username: 'ruth.meyer', groups: ['approver'] },
  { username: 'clara.novak', groups: ['auditor'] },
].map((user) => ({ ...user, email: `${user.username}@example.com` }));

/** A directory does not say who may do what at the API: on a laptop everybody in it may do all of it. */
export const usersOf = ({ people }: ApproverDirectory): Roles[] =>
  people.map(({ id, email }) => ({ username: id, email, groups: ['releaser', 'operator', 'auditor'] }));

/** The accounts in Slack that a directory names. */
export const membersOf = ({ people }: ApproverDirectory): Member[] =>
  people.flatMap(({ name, slack }) =>
    slack === undefined ? [] : [{ team: slack.team_id, user: slack.user_id, name }],
  );

type Passwords = Readonly<Record<string, { readonly password: string }>>;

/** Users with new passwords, but for those who have one. */
export const withPasswords = (users: readonly Roles[], known: Passwords = {}): LocalUser[] =>
  users.map((user) => ({
    ...user,
    password: known[user.username]?.password ?? `${randomBytes(12).toString('base64url')}-Aa1!`,
  }));

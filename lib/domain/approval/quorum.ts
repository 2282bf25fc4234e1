import type { PersonId } from '../identifiers.ts';
import type { DirectoryRecord, PersonRecord } from '../policy/directory-record.ts';
import type { Approval, Invitation } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { type Makers, separationReasons } from './separation-of-duties.ts';

/** One required role and the person who can fill it. */
export type Assignment = { readonly role: string; readonly person: PersonRecord };

/**
 * Establishes that distinct eligible people can fill every required role, and returns one such assignment. Otherwise
 * refuses and names the roles that nobody is left for. A role that is required twice needs two people.
 */
export const assignRoles = (roles: readonly string[], directory: DirectoryRecord, release: Makers): Assignment[] => {
  const eligible = eligiblePeople(roles, directory, release);
  const seats = seatPeople(roles, eligible);
  const assignments: Assignment[] = [];
  const unfilled: string[] = [];
  for (const [seat, role] of roles.entries()) {
    const person = seats.get(seat);
    if (person === undefined) unfilled.push(role);
    else assignments.push({ role, person });
  }
  if (unfilled.length === 0) return assignments;
  throw new Refusal(
    'QuorumImpossible',
    `no set of people can approve this release: ${unfilled.join(', ')} cannot be filled`,
    unfilled.map((role) => ({ field: role, problem: whyUnfilled(role, directory, eligible) })),
  );
};

export type Quorum = { readonly met: boolean; readonly missingRoles: readonly string[] };

/**
 * Establishes which required roles are still missing. Each person counts once, in one role, however often they click.
 */
export const quorumOf = (
  roles: readonly string[],
  approvals: readonly Pick<Approval, 'approverId' | 'approverRole' | 'decision'>[],
): Quorum => {
  const counted = new Set<string>();
  const missingRoles = [...roles];
  for (const { approverId, approverRole, decision } of approvals) {
    if (decision !== 'approve' || counted.has(approverId)) continue;
    counted.add(approverId);
    const seat = missingRoles.indexOf(approverRole);
    if (seat >= 0) missingRoles.splice(seat, 1);
  }
  return { met: missingRoles.length === 0, missingRoles };
};

/**
 * No transaction has more than 40 items, and each invitation adds one. A quorum is eight people at most, and eight more if a
 * tier is lowered.
 */
export const INVITATIONS_MAX = 32;

/**
 * One invitation for each person who may approve, in one role: the one that the assignment gives them, or else the
 * first required role that they hold. Because of the assignment, the people who are asked can always meet the quorum;
 * its people come first, so that they are asked even if more people are eligible than a request can invite.
 */
export const invitationsFor = (
  roles: readonly string[],
  directory: DirectoryRecord,
  release: Makers,
  nextNonce: () => string,
): Invitation[] => {
  const asked = new Map<PersonId, string>();
  for (const { role, person } of assignRoles(roles, directory, release)) asked.set(person.id, role);
  for (const person of eligiblePeople(roles, directory, release)) {
    const role = roles.find((required) => person.roles.includes(required));
    if (role !== undefined && !asked.has(person.id)) asked.set(person.id, role);
  }
  return [...asked].slice(0, INVITATIONS_MAX).map(([personId, role]) => ({ personId, role, nonce: nextNonce() }));
};

const eligiblePeople = (roles: readonly string[], directory: DirectoryRecord, release: Makers): PersonRecord[] =>
  directory.people.filter(
    ({ id, roles: held, logins = [] }) =>
      roles.some((role) => held.includes(role)) && separationReasons(release, id, [id, ...logins]).length === 0,
  );

/**
 * A maximum matching of roles and people, by augmenting paths (Kuhn): a role takes a free person, or one whose current
 * role another person can take.
 */
const seatPeople = (roles: readonly string[], eligible: readonly PersonRecord[]): ReadonlyMap<number, PersonRecord> => {
  const seats = new Map<number, PersonRecord>();
  const seatOf = (person: PersonRecord): number | undefined => [...seats].find(([, { id }]) => id === person.id)?.[0];
  const fill = (seat: number, role: string, tried: Set<string>): boolean =>
    eligible.some((person) => {
      if (!person.roles.includes(role) || tried.has(person.id)) return false;
      tried.add(person.id);
      const held = seatOf(person);
      const heldRole = held === undefined ? undefined : roles[held];
      if (held !== undefined && heldRole !== undefined && !fill(held, heldRole, tried)) return false;
      seats.set(seat, person);
      return true;
    });
  for (const [seat, role] of roles.entries()) fill(seat, role, new Set());
  return seats;
};

const whyUnfilled = (role: string, directory: DirectoryRecord, eligible: readonly PersonRecord[]): string => {
  if (!directory.people.some((person) => person.roles.includes(role))) return 'nobody in the directory holds this role';
  if (!eligible.some((person) => person.roles.includes(role))) {
    return 'everybody who holds this role requested or submitted the release, trained the model or wrote its commit';
  }
  return 'everybody who holds this role is needed for another required role';
};

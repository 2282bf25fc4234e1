import type { PersonId } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { Approval, Invitation } from '../records/approval.ts';
import { type Candidate, candidatesFor } from './candidates.ts';
import type { Makers } from './separation-of-duties.ts';
import { seatPeople, solveQuorum } from './solve-quorum.ts';

export type Quorum = { readonly met: boolean; readonly missingRoles: readonly string[] };

/** What of a decision counts for a quorum. */
export type Given = Pick<Approval, 'approverId' | 'approverRole' | 'actingFor' | 'decision'>;

/**
 * Establishes which required roles are still missing. Each person counts once, in one role, however often they click. Whoever
 * holds a role counts once as well: by themselves, or by one person who acts for them.
 */
export const quorumOf = (roles: readonly string[], approvals: readonly Given[]): Quorum => {
  const counted = new Set<string>();
  const missingRoles = [...roles];
  for (const { approverId, approverRole, actingFor = approverId, decision } of approvals) {
    const held = `${actingFor} ${approverRole}`;
    if (decision !== 'approve' || counted.has(approverId) || counted.has(held)) continue;
    counted.add(approverId).add(held);
    const seat = missingRoles.indexOf(approverRole);
    if (seat >= 0) missingRoles.splice(seat, 1);
  }
  return { met: missingRoles.length === 0, missingRoles };
};

/**
 * No transaction has more than 40 items, and each invitation adds one. A quorum is eight people at most, and eight more if a
 * tier is lowered.
 */
export const INVITATIONS_MAX = 28;

/**
 * One invitation for each person who holds a required role and may approve, in one role: that of their seat, or else the first
 * required role that they hold. Those with a seat come first, so that they are asked even if more people may approve than a
 * request can invite. Who stands in for others is not asked yet.
 */
export const invitationsFor = (
  roles: readonly string[],
  directory: DirectoryRecord,
  release: Makers,
  nextNonce: () => string,
): Invitation[] => {
  solveQuorum({ roles, directory, release });
  const own = candidatesFor(roles, directory, release).able.filter(({ actingFor }) => actingFor === undefined);
  const seated = seatPeople(roles, own).seating.flatMap(({ candidate }) => candidate ?? []);
  // A person keeps the place of their first entry, and the role of it.
  const asked = new Map<PersonId, string>();
  for (const { person, role } of [...seated, ...inOrderOf(directory, own)]) {
    if (!asked.has(person.id)) asked.set(person.id, role);
  }
  return [...asked].slice(0, INVITATIONS_MAX).map(([personId, role]) => ({ personId, role, nonce: nextNonce() }));
};

/** The directory says who is asked first. */
const inOrderOf = ({ people }: DirectoryRecord, able: readonly Candidate[]): Candidate[] =>
  people.flatMap(({ id }) => able.filter(({ person }) => person.id === id));

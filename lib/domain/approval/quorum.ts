import type { PersonId } from '../identifiers.ts';
import type { DirectoryRecord, PersonRecord } from '../policy/directory-record.ts';
import type { Invitation } from '../records/approval.ts';
import type { Makers } from '../release/makers.ts';
import { type AnswerTime, type Candidate, candidatesFor } from './candidates.ts';
import { seatPeople, solveQuorum } from './solve-quorum.ts';

export type Quorum = { readonly met: boolean; readonly missingRoles: readonly string[] };

/** What of a decision counts for a quorum. */
export type Given = {
  readonly approverId: string;
  readonly approverRole: string;
  readonly actingFor?: string | undefined;
  readonly decision: string;
};

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

type Asked = {
  readonly roles: readonly string[];
  readonly directory: DirectoryRecord;
  readonly release: Makers;
  /** When the people can answer. */
  readonly time: AnswerTime;
  /** The people without whose approval no others are enough. */
  readonly mustDecide: readonly PersonId[];
};

/**
 * One invitation for each person who holds a required role and may approve, in one role: that of their seat, or else the first
 * required role that they hold. The seats are those of the door, for people who are there in this time. If more people may
 * approve than a request can invite, those with a seat come first, then who must decide, and those who are away come last.
 * Who stands in for others has an invitation of their own for that.
 */
export const invitationsFor = (asked: Asked, nextNonce: () => string): Invitation[] => {
  const { roles, directory, release, time, mustDecide } = asked;
  solveQuorum({ roles, directory, release });
  const there = candidatesFor(roles, directory, release, time).able;
  const isThere = new Set(there.filter(isOwn).map(({ person }) => person.id));
  const rankOf = ({ id }: PersonRecord): number => (mustDecide.includes(id) ? 0 : isThere.has(id) ? 1 : 2);
  const own = candidatesFor(roles, directory, release).able.filter(isOwn);
  // The directory says who of the same rank is asked first.
  const people = directory.people.toSorted((a, b) => rankOf(a) - rankOf(b));
  const others = people.flatMap(({ id }) => own.filter(({ person }) => person.id === id));
  const roleOf = new Map<PersonId, string>();
  for (const { person, role } of [...seatedAmong(roles, there), ...others]) {
    if (!roleOf.has(person.id)) roleOf.set(person.id, role);
  }
  return [...roleOf].slice(0, INVITATIONS_MAX).map(([personId, role]) => ({ personId, role, nonce: nextNonce() }));
};

const isOwn = ({ actingFor }: Candidate): boolean => actingFor === undefined;

/** Who fills the seats in a role of their own. Others stand in only where the quorum cannot be met without them. */
const seatedAmong = (roles: readonly string[], there: readonly Candidate[]): Candidate[] => {
  const alone = seatPeople(roles, there.filter(isOwn));
  const { seating } = alone.shortages.length === 0 ? alone : seatPeople(roles, there);
  return seating.flatMap(({ candidate }) => candidate ?? []).filter(isOwn);
};

import type { PersonId } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { Refusal, type Violation } from '../refusal.ts';
import { type AnswerTime, type Barred, type Candidate, type Candidates, candidatesFor } from './candidates.ts';
import type { Makers } from './separation-of-duties.ts';

type Question = {
  /** One seat for each: a role that is required twice needs two people. */
  readonly roles: readonly string[];
  readonly directory: DirectoryRecord;
  readonly release: Makers;
  /** Without it, nobody is away. */
  readonly time?: AnswerTime;
};

/** Each seat, in the order of the roles, and who can fill it; undefined where nobody is left. */
export type Seating = { readonly role: string; readonly candidate: Candidate | undefined }[];

/**
 * Establishes that different people can fill every required role in the time that they have, and returns one such seating.
 * Otherwise refuses at once what could never be approved, and names the roles, the few people who are left for them, and the
 * rule that bars each of the others.
 */
export const solveQuorum = (question: Question): Seating => {
  const { roles, directory, release, time } = question;
  const candidates = candidatesFor(roles, directory, release, time);
  const { seating, shortages } = seatPeople(roles, candidates.able);
  if (shortages.length === 0) return seating;
  throw new Refusal(
    'QuorumImpossible',
    `no set of people can approve this release: ${shortages.map(({ role }) => role).join(', ')} cannot be filled`,
    shortages.map((shortage) => inWords(shortage, candidates)),
  );
};

/** A seat that stays empty; the seats among which it is one too many; and everybody who could fill any of them. */
type Shortage = { readonly role: string; readonly seats: readonly string[]; readonly people: readonly PersonId[] };

/**
 * A maximum matching of seats and people by augmenting paths (Kuhn). A seat that stays empty comes with the seats and people
 * that its search went through: those people fill all other of these seats, and there are no others for them (Hall).
 */
export const seatPeople = (
  roles: readonly string[],
  able: readonly Candidate[],
): { readonly seating: Seating; readonly shortages: readonly Shortage[] } => {
  const taken = new Map<PersonId, { readonly seat: number; readonly candidate: Candidate }>();
  const shortages: Shortage[] = [];
  const fill = (seat: number, tried: Set<PersonId>, searched: Set<number>): boolean => {
    searched.add(seat);
    return able.some((candidate) => {
      const { id } = candidate.person;
      if (candidate.role !== roles[seat] || tried.has(id)) return false;
      tried.add(id);
      const held = taken.get(id);
      if (held !== undefined && !fill(held.seat, tried, searched)) return false;
      taken.set(id, { seat, candidate });
      return true;
    });
  };
  for (const [seat, role] of roles.entries()) {
    const [tried, searched] = [new Set<PersonId>(), new Set<number>()];
    if (fill(seat, tried, searched)) continue;
    shortages.push({ role, seats: roles.filter((_, index) => searched.has(index)), people: [...tried] });
  }
  const seated = new Map([...taken.values()].map(({ seat, candidate }) => [seat, candidate]));
  return { seating: roles.map((role, seat) => ({ role, candidate: seated.get(seat) })), shortages };
};

/** A refusal is read by people: of a large directory, the first few say enough. */
const REASONS_MAX = 8;

const inWords = ({ role, seats, people }: Shortage, { barred }: Candidates): Violation => {
  const names = [...new Set(seats)];
  const left =
    people.length === 0
      ? `nobody can approve as ${role}`
      : `${names.join(' and ')} ${names.length === 1 ? 'takes' : 'take'} ${seats.length} different people, and only ${people.join(', ')} can approve as ${names.length === 1 ? 'that' : 'any of them'}`;
  const reasons = [...new Set(barred.flatMap((one: Barred) => (names.includes(one.role) ? [one.why] : [])))];
  const more = reasons.length > REASONS_MAX ? [`${reasons.length - REASONS_MAX} more cannot`] : [];
  const why = [...reasons.slice(0, REASONS_MAX), ...more].join('; ');
  const none = people.length === 0 ? `${left}: nobody in the directory holds this role` : left;
  return { field: role, problem: why === '' ? none : `${left}: ${why}` };
};

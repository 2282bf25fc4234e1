import type { DirectoryRecord } from '../policy/directory-record.ts';
import { Refusal, type Violation } from '../refusal.ts';
import type { Makers } from '../release/makers.ts';
import { type AnswerTime, type Barred, type Candidate, type Candidates, candidatesFor } from './candidates.ts';

export type Question = {
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

/** A seat that stays empty; the seats among which it is one too many; and who fills all the others, in words. */
type Shortage = { readonly role: string; readonly seats: readonly string[]; readonly fillers: readonly string[] };

/**
 * The largest seating there is: a maximum flow (Ford and Fulkerson) from roles to those who hold them, once each, and on to the
 * people who decide in that place, once each. A seat that stays empty comes with the cut that its search found.
 */
export const seatPeople = (
  roles: readonly string[],
  able: readonly Candidate[],
): { readonly seating: Seating; readonly shortages: readonly Shortage[] } => {
  const flow = flowOf(able);
  const shortages: Shortage[] = [];
  for (const role of roles) {
    const reached = new Set<string>();
    if (flow.augment(roleNode(role), reached)) continue;
    const seats = roles.filter((name) => reached.has(roleNode(name)));
    shortages.push({ role, seats, fillers: fillersOf(seats, able, reached) });
  }
  // A directory may name the same stand-in as backup and as delegate: the person has one seat all the same.
  const taken = able.filter((way) => flow.isUsed(holderNode(way), personNode(way)));
  const used = [...new Map(taken.map((way) => [way.person.id, way])).values()];
  const seating = roles.map((role) => {
    const place = used.findIndex((way) => way.role === role);
    return { role, candidate: place < 0 ? undefined : used.splice(place, 1)[0] };
  });
  return { seating, shortages };
};

const roleNode = (role: string): string => `role ${role}`;
const holderNode = ({ role, person, actingFor = person.id }: Candidate): string => `holder ${role} ${actingFor}`;
const personNode = ({ person }: Pick<Candidate, 'person'>): string => `person ${person.id}`;
const END = 'end';

/** Each edge takes one. What took it can be led elsewhere: then there is an edge in the other direction instead. */
const flowOf = (able: readonly Candidate[]) => {
  const edges = new Map<string, Set<string>>();
  const edgesOf = (node: string): Set<string> => {
    const known = edges.get(node) ?? new Set();
    edges.set(node, known);
    return known;
  };
  for (const way of able) {
    edgesOf(roleNode(way.role)).add(holderNode(way));
    edgesOf(holderNode(way)).add(personNode(way));
    edgesOf(personNode(way)).add(END);
  }
  const augment = (node: string, reached: Set<string>): boolean => {
    reached.add(node);
    const next = [...edgesOf(node)].find((to) => to === END || (!reached.has(to) && augment(to, reached)));
    if (next === undefined) return false;
    edgesOf(node).delete(next);
    edgesOf(next).add(node);
    return true;
  };
  return { augment, isUsed: (from: string, to: string): boolean => edgesOf(to).has(from) };
};

/** Where the search ended: at people who all have a seat, and at holders whose place is taken, by themselves or by who acts for them. */
const fillersOf = (seats: readonly string[], able: readonly Candidate[], reached: ReadonlySet<string>): string[] => {
  const ways = able.filter(({ role }) => seats.includes(role));
  const people = ways.filter((way) => reached.has(personNode(way))).map(({ person }) => person.id);
  const lent = new Set(ways.map(({ actingFor }) => actingFor));
  const holders = ways
    .filter((way) => !reached.has(holderNode(way)))
    .map(({ person, actingFor = person.id }) =>
      lent.has(actingFor) ? `${actingFor} or who acts for ${actingFor}` : actingFor,
    );
  return [...new Set<string>([...people, ...holders])];
};

/** A refusal is read by people: of a large directory, the first few say enough. */
const REASONS_MAX = 8;

const inWords = ({ role, seats, fillers }: Shortage, { barred }: Candidates): Violation => {
  const names = [...new Set(seats)];
  const left =
    fillers.length === 0
      ? `nobody can approve as ${role}`
      : `${names.join(' and ')} ${names.length === 1 ? 'takes' : 'take'} ${seats.length} different people, and only ${fillers.join(', ')} can approve as ${names.length === 1 ? 'that' : 'any of them'}`;
  const reasons = [...new Set(barred.flatMap((one: Barred) => (names.includes(one.role) ? [one.why] : [])))];
  const more = reasons.length > REASONS_MAX ? [`${reasons.length - REASONS_MAX} more cannot`] : [];
  const why = [...reasons.slice(0, REASONS_MAX), ...more].join('; ');
  const none = fillers.length === 0 ? `${left}: nobody in the directory holds this role` : left;
  return { field: role, problem: why === '' ? none : `${left}: ${why}` };
};

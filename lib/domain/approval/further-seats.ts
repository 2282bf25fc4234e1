/** People who hold several roles are asked in one of them. When that seat is not theirs to fill any more, they are asked in another. */
import type { Instant, PersonId } from '../identifiers.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { Makers } from '../release/makers.ts';
import { type AnswerTime, type Candidate, candidatesFor } from './candidates.ts';
import { type Given, quorumOf } from './quorum.ts';
import { seatPeople } from './solve-quorum.ts';

type Facts = {
  readonly request: Pick<ApprovalRequest, 'requiredRoles' | 'invitations' | 'escalatedAt'>;
  readonly release: Makers;
  readonly directory: DirectoryRecord;
  /** The approvals that were given. */
  readonly given: readonly Given[];
  /** Whom no message reaches: nobody counts on them. */
  readonly undelivered: readonly PersonId[];
  readonly time: AnswerTime;
  readonly now: Instant;
};

/** The places of a quorum that are taken: each person decides once, and each holder of a role counts once for it. */
export const takenBy = (given: readonly Given[]) => {
  const decided = new Set(given.map(({ approverId }) => approverId));
  const places = new Set(
    given.map(({ approverId, approverRole, actingFor }) => placeOf(actingFor ?? approverId, approverRole)),
  );
  return ({ person, role, actingFor = person.id }: Candidate): boolean =>
    decided.has(person.id) || places.has(placeOf(actingFor, role));
};

const placeOf = (holder: string, role: string): string => `${holder} ${role}`;

/**
 * The roles of their own in which people are to be asked as well, so that those who are asked can do what the solver counts on: whoever
 * was asked and can still fill a seat has an invitation for one, and the invitations fill as many seats as people can. Once the SLA is breached,
 * everybody is asked for every seat that they can fill, because those who are counted on do not answer.
 */
export const furtherSeats = (facts: Facts): Candidate[] => {
  const { request, release, directory, given, undelivered, time, now } = facts;
  const { missingRoles } = quorumOf(request.requiredRoles, given);
  const isTaken = takenBy(given);
  // Stand-ins are brought in when they may stand in, and are counted on already.
  const ways = candidatesFor(missingRoles, directory, release, { ...time, opens: now }).able.filter(
    (way) => !isTaken(way) && !undelivered.includes(way.person.id),
  );
  const isAsked = ({ person, role, actingFor }: Candidate): boolean =>
    request.invitations.some((one) => one.personId === person.id && one.role === role && one.actingFor === actingFor);
  const unasked = ways.filter((way) => way.actingFor === undefined && !isAsked(way));
  const { seating, shortages } = seatPeople(missingRoles, ways);
  const seated = seating.flatMap(({ candidate }) => candidate ?? []).filter((way) => unasked.includes(way));
  const counted = ways.filter((way) => !unasked.includes(way));
  const isShort = seatPeople(missingRoles, counted).shortages.length > shortages.length;
  const needed = isShort ? seated : [];
  // Nobody has room for everybody: those whom the quorum needs come first.
  if (request.escalatedAt !== undefined || now >= time.escalates) return [...new Set([...needed, ...unasked])];
  const busy = new Set(ways.filter(isAsked).map(({ person }) => person.id));
  const idle = unasked.filter(
    ({ person }) => !busy.has(person.id) && request.invitations.some(({ personId }) => personId === person.id),
  );
  // The seat that somebody is counted on for comes before another that they could fill.
  const own = [...idle, ...seated.filter((way) => idle.includes(way)), ...needed];
  return [...new Map(own.map((way) => [way.person.id, way])).values()];
};

/** Who could decide in a role, and when: who holds it, and who may stand in for those who do. */
import type { Instant, PersonId } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf, plusMilliseconds } from '../instant.ts';
import type { DirectoryRecord, PersonRecord } from '../policy/directory-record.ts';
import type { PolicyRecord, TierInPolicy } from '../policy/policy-record.ts';
import type { ApprovalRequest } from '../records/approval.ts';
import type { Makers } from '../release/makers.ts';
import { separationReasons } from './separation-of-duties.ts';
import { type Span, spanOfDays, spansOutside, spansWithin } from './spans.ts';

/** When people can answer: from the request on; from the breach of its SLA on also those whom that brings in; until its deadline. */
export type AnswerTime = { readonly opens: Instant; readonly escalates: Instant; readonly closes: Instant };

/** The time that people have at a tier whose request is opened at this instant. */
export const answerTime = (
  { sla_hours, deadline_hours }: Pick<TierInPolicy, 'sla_hours' | 'deadline_hours'>,
  opens: Instant,
): AnswerTime => ({
  opens,
  escalates: plusMilliseconds(opens, sla_hours * HOUR_MS),
  closes: plusMilliseconds(opens, deadline_hours * HOUR_MS),
});

/** The time that the people of a request have. */
export const answerTimeOf = (
  { createdAt, expiresAt, riskTier }: Pick<ApprovalRequest, 'createdAt' | 'expiresAt' | 'riskTier'>,
  { tiers }: Pick<PolicyRecord, 'tiers'>,
): AnswerTime => ({ ...answerTime(tiers[riskTier], createdAt), closes: expiresAt });

/** One way in which a person can decide: in a role of their own, or for somebody who holds it. */
export type Candidate = { readonly person: PersonRecord; readonly role: string; readonly actingFor?: PersonId };
/** A way that is barred, and the rule that bars it, in words. */
export type Barred = { readonly candidate: Candidate; readonly role: string; readonly why: string };

export type Candidates = { readonly able: readonly Candidate[]; readonly barred: readonly Barred[] };

/**
 * Establishes every way in which a person can decide in one of these roles, and why the others cannot. Nobody approves their
 * own work, and nobody stands in for a maker: who has no say in it has none to lend. Without a time, nobody is away, and
 * every delegation counts.
 */
export const candidatesFor = (
  roles: readonly string[],
  directory: DirectoryRecord,
  release: Makers,
  time?: AnswerTime,
): Candidates => {
  const able: Candidate[] = [];
  const barred: Barred[] = [];
  for (const role of new Set(roles)) {
    for (const way of waysInto(role, directory)) {
      const why = whyBarred(way, release, time);
      if (why === undefined) able.push(way.candidate);
      else barred.push({ candidate: way.candidate, role, why });
    }
  }
  return { able, barred };
};

/** A request at one moment: the time that people have, and whom no message reaches. */
export type Moment = {
  readonly time: AnswerTime;
  readonly now: Instant;
  readonly undelivered: readonly PersonId[];
};

export type StandIn = Candidate & { readonly actingFor: PersonId };

/**
 * Establishes who may stand in at this moment, and for whom: a delegate on the days of the delegation, and a backup once the
 * holder is away, cannot be reached, or has let the SLA pass. Who stands in is named by the holder: nobody lends what they were lent.
 */
export const standInsAt = (
  roles: readonly string[],
  directory: DirectoryRecord,
  release: Makers,
  { time, now, undelivered }: Moment,
): StandIn[] => {
  const at = millisecondsOf(now);
  return standingWays(roles, directory, release).flatMap(({ standIn, way }) => {
    const { from, until } = openingOf(way, time);
    const isOpen = (from <= at && at < until) || (way.days === undefined && undelivered.includes(way.holder.id));
    return isOpen ? [standIn] : [];
  });
};

/** The next instant, while people can answer, from which on somebody may stand in who may not yet; undefined if there is none. */
export const nextStandInAt = (
  roles: readonly string[],
  directory: DirectoryRecord,
  release: Makers,
  { time, now }: Pick<Moment, 'time' | 'now'>,
): Instant | undefined => {
  const [at, closes] = [millisecondsOf(now), millisecondsOf(time.closes)];
  const starts = standingWays(roles, directory, release)
    .map(({ way }) => openingOf(way, time).from)
    .filter((from) => at < from && from < closes);
  return starts.length === 0 ? undefined : plusMilliseconds(now, Math.min(...starts) - at);
};

const standingWays = (roles: readonly string[], directory: DirectoryRecord, release: Makers) =>
  [...new Set(roles)].flatMap((role) =>
    waysInto(role, directory).flatMap((way): { readonly standIn: StandIn; readonly way: Way }[] => {
      const { actingFor } = way.candidate;
      return actingFor === undefined || whyBarred(way, release, undefined) !== undefined
        ? []
        : [{ standIn: { ...way.candidate, actingFor }, way }];
    }),
  );

const openingOf = ({ holder, days }: Way, time: AnswerTime): Span =>
  days === undefined
    ? { from: backupsFrom(holder, time), until: millisecondsOf(time.closes) }
    : spanOfDays(days, holder.time_zone);

type Way = {
  readonly candidate: Candidate;
  readonly holder: PersonRecord;
  /** When a delegation is in force; a backup has none. */
  readonly days?: { readonly first_day: string; readonly last_day: string };
};

const waysInto = (role: string, { people }: DirectoryRecord): Way[] => {
  const byId = new Map(people.map((person) => [person.id, person]));
  return people
    .filter(({ roles }) => roles.includes(role))
    .flatMap((holder) => {
      const standIn = (id: PersonId, days?: Way['days']): Way[] => {
        const person = byId.get(id);
        return person === undefined || person.roles.includes(role)
          ? []
          : [{ candidate: { person, role, actingFor: holder.id }, holder, ...(days && { days }) }];
      };
      return [
        { candidate: { person: holder, role }, holder },
        ...(holder.delegations ?? [])
          .filter(({ roles: lent }) => lent?.includes(role) ?? true)
          .flatMap(({ delegate, ...days }) => standIn(delegate, days)),
        ...(holder.backups ?? []).flatMap((backup) => standIn(backup)),
      ];
    });
};

const whyBarred = (way: Way, release: Makers, time: AnswerTime | undefined): string | undefined => {
  const { candidate, holder } = way;
  const { person, actingFor } = candidate;
  const [ofMaker] = separationReasons(release, holder.id, [holder.id, ...(holder.logins ?? [])]);
  if (ofMaker !== undefined) {
    return actingFor === undefined ? ofMaker : `${person.id} cannot act for ${holder.id}, who made this release`;
  }
  const [own] = separationReasons(release, person.id, [person.id, ...(person.logins ?? [])]);
  if (own !== undefined || time === undefined) return own;
  if (timesOf(way, time).length > 0) return undefined;
  // Without an instant, so that the same claim is refused by the same words tomorrow.
  return actingFor === undefined
    ? `${person.id} is away for as long as people could answer`
    : `${person.id} cannot act for ${actingFor} at any time at which people could answer`;
};

/** When the way is open: the person is there, and so is what lets them stand in. */
const timesOf = ({ candidate, holder, days }: Way, time: AnswerTime): Span[] => {
  const { opens, closes } = time;
  const until = millisecondsOf(closes);
  const asked = { from: millisecondsOf(opens), until };
  const there = spansOutside([asked], absencesOf(candidate.person));
  if (candidate.actingFor === undefined) return there;
  if (days !== undefined) return spansWithin(there, spanOfDays(days, holder.time_zone));
  return spansWithin(there, { from: backupsFrom(holder, time), until });
};

/** Backups are asked once the holder is away or the SLA is breached, whichever comes first, and stay asked from then on. */
const backupsFrom = (holder: PersonRecord, { opens, escalates, closes }: AnswerTime): number => {
  const asked = { from: millisecondsOf(opens), until: millisecondsOf(closes) };
  const away = spansWithin(absencesOf(holder), asked).map(({ from }) => from);
  return Math.min(millisecondsOf(escalates), ...away);
};

const absencesOf = ({ absences = [], time_zone: zone }: PersonRecord): Span[] =>
  absences.map((days) => spanOfDays(days, zone));

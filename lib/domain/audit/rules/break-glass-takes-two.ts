import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import { type BrokenGlass, isAfter, isOpenFor, isOwed, isUnderWay, placeIn } from '../break-glass.ts';
import type { History, Model, Rule } from '../history.ts';

/** Whatever the policy says: an auditor expects that what is opened for an emergency is closed within a day, and documented within a month. */
const OPEN_HOURS = 24;
const CONFIRM_MS = DAY_MS;
const DOCUMENT_MS = 30 * DAY_MS;

/** The first of what is wrong. */
const firstOf = (...found: readonly (readonly [isSo: boolean, why: string])[]): string | undefined =>
  found.find(([isSo]) => isSo)?.[1];

const requestProblem = ({ details, timestamp }: AuditEvent, glass: Model['breakGlass']): string | undefined => {
  const { number, confirm_by: confirmBy, open_hours: hours } = details;
  const next = (glass?.number ?? 0) + 1;
  return firstOf(
    [glass !== undefined && isOwed(glass), `the one for ${glass?.releaseId} is not documented`],
    [glass !== undefined && isUnderWay(glass, { timestamp }), `the one for ${glass?.releaseId} is under way`],
    [number !== next, `it is number ${String(number)}, not ${next}`],
    [!(Number(hours) <= OPEN_HOURS), 'it is to be open for more than a day'],
    [!(String(confirmBy) <= plusMilliseconds(timestamp, CONFIRM_MS)), 'it may be confirmed for more than a day'],
  );
};

type Judged = Readonly<Record<string, (event: AuditEvent, glass: BrokenGlass, history: History) => string | undefined>>;

const confirmationProblem: Judged[string] = (event, glass, { makers }) => {
  const { actor_id: person, timestamp, details } = event;
  const { openHours, requestedBy } = glass;
  return firstOf(
    [person === requestedBy, `${person} asked for it, and nobody else confirmed it`],
    [makers.has(person), `${person} made the release`],
    [glass.openUntil !== '', 'it is confirmed already'],
    [glass.isClosed, 'it was closed before'],
    [details['requested_by'] !== requestedBy, `${requestedBy} asked for it, not ${String(details['requested_by'])}`],
    [isAfter(event, glass.confirmBy), `it had to be confirmed by ${glass.confirmBy}`],
    [
      !(String(details['open_until']) <= plusMilliseconds(timestamp, openHours * HOUR_MS)),
      `it is open for more than the ${openHours} hours that were asked for`,
    ],
  );
};

const useProblem: Judged[string] = (event, glass, { makers, granted }) => {
  const { details, timestamp } = event;
  const { ordered, documentBy } = glass;
  const by = ordered?.by ?? '';
  return firstOf(
    [!isOpenFor(glass, event), 'it is not open'],
    [
      ordered?.attempt !== details['attempt'],
      `nobody asked for attempt ${String(details['attempt'])} since it is open`,
    ],
    [makers.has(by) || granted.has(by), `${by} made or approved the release, and asked for its promotion`],
    documentBy === ''
      ? [
          !(String(details['document_by']) <= plusMilliseconds(timestamp, DOCUMENT_MS)),
          'it is to be documented within more than a month',
        ]
      : [details['document_by'] !== documentBy, `it has to be documented by ${documentBy} since its first use`],
  );
};

const JUDGED: Judged = {
  break_glass_confirmed: confirmationProblem,
  break_glass_used: useProblem,
  break_glass_ended: (_, { isClosed }) => (isClosed ? 'it is closed already' : undefined),
  break_glass_documented: (_, glass) =>
    firstOf([glass.usedAttempt === undefined, 'it was not used'], [glass.isDocumented, 'it is documented already']),
};

/**
 * One person asks for a break-glass, for an incident, and another one who did not make the release confirms it in time, for no longer
 * than was asked for. While it is open the gate uses it for what an operator asked for since, and no other is asked for while it is
 * under way, or while what was used is not documented.
 */
export const breakGlassTakesTwo: Rule = (event, history, { breakGlass }) => {
  const { event_type: type, release_id: releaseId, linked_incident: incident, details } = event;
  const judge = JUDGED[type];
  if (judge === undefined && type !== 'break_glass_requested') return undefined;
  if (incident === '') return 'it names no incident';
  if (judge === undefined) return requestProblem(event, breakGlass);
  if (breakGlass?.releaseId !== releaseId) return 'nobody asked for it';
  const { number, place } = breakGlass;
  if (details['number'] !== number) return `it is of number ${String(details['number'])}, not ${number}`;
  if (placeIn(event) !== place) return `it is of ${placeIn(event)}, not ${place}`;
  return judge(event, breakGlass, history);
};

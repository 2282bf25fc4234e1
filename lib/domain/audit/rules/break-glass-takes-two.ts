import { HOUR_MS, plusMilliseconds } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import { type BrokenGlass, isAfter, isOpenFor } from '../break-glass.ts';
import type { History, Model, Rule } from '../history.ts';

/** Whatever the policy says: an auditor expects that what is opened for an emergency is closed within a day. */
const OPEN_MS = 24 * HOUR_MS;

type Judged = Readonly<Record<string, (event: AuditEvent, glass: BrokenGlass, history: History) => string | undefined>>;

const confirmationProblem: Judged[string] = (event, glass, { makers }) => {
  const { actor_id: person, timestamp, details } = event;
  if (person === glass.requestedBy) return `${person} asked for it, and nobody else confirmed it`;
  if (makers.has(person)) return `${person} made the release`;
  if (glass.openUntil !== '') return 'it is confirmed already';
  if (isAfter(event, glass.confirmBy)) return `it had to be confirmed by ${glass.confirmBy}`;
  return String(details['open_until']) > plusMilliseconds(timestamp, OPEN_MS)
    ? 'it is open for more than a day'
    : undefined;
};

const JUDGED: Judged = {
  break_glass_confirmed: confirmationProblem,
  break_glass_used: (event, glass) => (isOpenFor(glass, event) ? undefined : 'it is not open'),
  break_glass_ended: () => undefined,
  break_glass_documented: (_, { isUsed }) => (isUsed ? undefined : 'it was not used'),
};

/**
 * One person asks for a break-glass, for an incident, and another one who did not make the release confirms it in time. The gate uses
 * it while it is open, and no other is asked for while what was used is not documented.
 */
export const breakGlassTakesTwo: Rule = (event, history, { breakGlass }) => {
  const { event_type: type, release_id: releaseId, linked_incident: incident } = event;
  const judge = JUDGED[type];
  if (judge === undefined && type !== 'break_glass_requested') return undefined;
  if (incident === '') return 'it names no incident';
  if (judge === undefined) return owed(breakGlass);
  if (breakGlass?.releaseId !== releaseId) return 'nobody asked for it';
  return judge(event, breakGlass, history);
};

const owed = (glass: Model['breakGlass']): string | undefined =>
  glass === undefined || glass.documentBy === '' ? undefined : `the one for ${glass.releaseId} is not documented`;

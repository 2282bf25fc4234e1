import { Instant } from '../../identifiers.ts';
import { millisecondsOf } from '../../instant.ts';
import type { Rule } from '../history.ts';

/**
 * The tolerance: an event is judged shortly before it is appended, perhaps more than once if other writers are faster.
 */
const JUDGED_BEFORE_MS = 300_000;

export const isInTime: Rule = ({ event_type: type, timestamp }, { decideUntil, approvedUntil }) => {
  const until = { approval_granted: decideUntil, deployment_promoted: approvedUntil }[type as string] ?? '';
  const end = Instant.safeParse(until).data;
  return end !== undefined && millisecondsOf(timestamp) > millisecondsOf(end) + JUDGED_BEFORE_MS
    ? `it came too late: the deadline was ${end}`
    : undefined;
};

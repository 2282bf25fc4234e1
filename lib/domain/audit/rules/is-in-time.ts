import { Instant } from '../../identifiers.ts';
import { millisecondsOf } from '../../instant.ts';
import type { AuditEvent } from '../../ledger/event.ts';
import type { History, Model, Rule } from '../history.ts';
import { JUDGED_BEFORE_MS } from '../judged-before.ts';

/** A decision comes before the deadline, and nothing goes into production once its approval has ended. */
export const isInTime: Rule = (event, history, model) => {
  const limit = limitOf(event, history, model);
  if (limit === undefined) return undefined;
  const end = Instant.safeParse(limit.until).data;
  if (end === undefined) return `nothing says until when ${limit.what}`;
  return millisecondsOf(limit.at) > millisecondsOf(end) + JUDGED_BEFORE_MS
    ? `it came too late: the deadline was ${end}`
    : undefined;
};

type Limit = { readonly at: Instant; readonly until: string; readonly what: string };

const limitOf = (event: AuditEvent, history: History, model: Model): Limit | undefined => {
  const { event_type: type, timestamp, details } = event;
  if (type === 'approval_granted' || type === 'approval_denied') {
    return { at: timestamp, until: history.decideUntil, what: 'people may decide' };
  }
  if (type === 'deployment_promoted') return { at: timestamp, until: history.approvedUntil, what: 'it is approved' };
  // That nothing serves needs no approval.
  if (type !== 'rollback_executed' || details['to'] === '') return undefined;
  const until = model.releases.get(history.fallback)?.approvedUntil ?? '';
  // The fallback is judged right before its endpoint is ordered; that an endpoint takes long makes it no worse.
  return { at: history.orderedBackAt ?? timestamp, until, what: 'the fallback is approved' };
};

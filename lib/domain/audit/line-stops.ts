/** When the line of all models was stopped: these events stand on another chain than the promotions that they stop. */
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { type AuditEvent, CONFIGURATION_CHAIN } from '../ledger/event.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';

/** From when until when the line was stopped; empty if it still is. */
type Stop = { readonly from: Instant; until: Instant | '' };

export type LineStops = {
  /** Since when the line of all models was stopped when whoever judged an event must have read it; undefined if it was not. */
  readonly knownTo: (event: Pick<AuditEvent, 'timestamp'>) => Instant | undefined;
};

/** Reads the stops from the events of a ledger, each chain in its order. */
export const lineStopsIn = (events: readonly AuditEvent[]): LineStops => {
  const stops: Stop[] = [];
  for (const { model, model_name: name, event_type: type, timestamp } of events) {
    if (model !== CONFIGURATION_CHAIN || name !== '') continue;
    const last = stops.at(-1);
    const isStopped = last?.until === '';
    if (type === 'line_stopped' && !isStopped) stops.push({ from: timestamp, until: '' });
    if (type === 'line_started' && isStopped) last.until = timestamp;
  }
  return {
    knownTo: ({ timestamp }) =>
      stops.find(({ from, until }) => isLongBefore(from, timestamp) && (until === '' || isLongBefore(timestamp, until)))
        ?.from,
  };
};

/** Chains have no common order but that of their clocks: so long that neither was judged while the other was appended. */
const isLongBefore = (instant: Instant, later: Instant): boolean =>
  millisecondsOf(later) >= millisecondsOf(instant) + JUDGED_BEFORE_MS;

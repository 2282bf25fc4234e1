/** What operators do to the line, as events on the chain of a model, or, with an empty name, of all models. */
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { eventWithoutRelease } from '../../../../lib/domain/release/release-event.ts';

const OMAR = { id: 'omar', role: 'operator', auth: 'token' };

export const aLineEvent = (
  event_type: 'line_stopped' | 'line_stop_lifted' | 'line_started',
  model_name: string,
  changes: Partial<EventDraft> = {},
): EventDraft => ({
  ...eventWithoutRelease(OMAR, { event_type, model_name, details: {}, idempotency_key: event_type }),
  linked_incident: 'INC-9',
  ...changes,
});

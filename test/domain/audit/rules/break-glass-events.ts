/** What people and the gate do by a break-glass, as events on the chain of a model. */
import type { Instant } from '../../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../../lib/domain/instant.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { story } from './describe-rule.ts';

/** The events of the story are a second apart, and end within a minute of this. */
export const STORY = '2026-11-21T00:00:00.000Z';
export const hours = (count: number): string => plusMilliseconds(STORY as Instant, count * HOUR_MS);
export const approved = story.slice(0, -2);
export const promoted = story.slice(-1);

const event = (type: string, actor: string, details: EventDraft['details'], changes: Partial<EventDraft> = {}) =>
  aDraft({
    event_type: type as EventDraft['event_type'],
    ...{ approval_state: 'approved', actor_id: actor, actor_role: 'operator', linked_incident: 'INC-9' },
    details: { number: 1, environment: 'prod', endpoint: 'credit', ...details },
    ...changes,
  });
type Event = ReturnType<typeof event>;
/** An event that says something else. */
export const saying = (one: Event, details: EventDraft['details']): Event => ({
  ...one,
  details: { ...one.details, ...details },
});
/** The same of the second break-glass of the model. */
export const second = (one: Event): Event => saying(one, { number: 2 });
export const asked = event('break_glass_requested', 'olga', { confirm_by: hours(1), open_hours: 5 });
export const confirm = (actor = 'oscar', openUntil = hours(4)) =>
  event('break_glass_confirmed', actor, { requested_by: 'olga', open_until: openUntil });
export const confirmed = confirm();
export const use = (documentBy = hours(72), attempt = 2) =>
  event('break_glass_used', 'assay', { attempt, document_by: documentBy }, { actor_role: 'system' });
export const used = use();
export const ended = event('break_glass_ended', 'omar', {});
export const documented = event('break_glass_documented', 'omar', { account: 'x' });
export const order = (attempt = 2, actor = 'omar') => event('promotion_requested', actor, { attempt });
export const requested = order();
export const refused = event('promotion_refused', 'assay', { attempt: 3 }, { actor_role: 'system' });
export const started = aDraft({ event_type: 'deployment_started', approval_state: 'approved' });
export const going = [requested, started, ...promoted];
export const ofOther = { ...asked, release_id: 'credit-2' };

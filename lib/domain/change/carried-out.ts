/** How side effects are carried out: what needs no lease, and what waits for company. */
import type { EventDraft } from '../ledger/event.ts';
import type { Change, Intent } from './change.ts';

/**
 * One call does it, and its target recognises a repeat: an execution by its name, a token that was used. A domain event comes twice
 * then, as any may. They take no lease, and are noted as done by one transaction with the event that they came with.
 */
const AT_ONCE: ReadonlySet<unknown> = new Set<Intent['kind']>(['publish_event', 'resume_execution', 'start_execution']);
export const isAtOnce = (kind: unknown): boolean => AT_ONCE.has(kind);

/**
 * These take no lease either: of two that look at the registry at one moment the last is right, and who is noted already to hear
 * of something is not noted again.
 */
const REPEATABLE: ReadonlySet<unknown> = new Set<Intent['kind']>(['notify_people', 'sync_registry']);

/** Whether only one dispatcher at a time may carry it out: what another version notes, too. */
export const needsLease = (kind: unknown): boolean => !isAtOnce(kind) && !REPEATABLE.has(kind);

/** What a row says for which the stream wakes the dispatcher. All others that are due are found by the sweep. */
export const WOKEN_BY_STREAM = 'stream';

/**
 * Steps of the release machine, each of which another follows at once. What they find lies in the locked bucket before they are
 * committed: copies of the evidence, signed attestations.
 */
const FOLLOWED: ReadonlySet<string> = new Set<EventDraft['event_type']>([
  'evidence_pinned',
  'model_registered',
  'stage_evaluated',
]);

/**
 * Whether the event of a change ships with the next one of its chain, or if none comes by the sweep of the next minute. One
 * that has side effects at once never waits.
 */
export const shipsWithNext = ({ event, intents }: Pick<Change, 'event' | 'intents'>): boolean =>
  FOLLOWED.has(event.event_type) && intents.every(({ dueAt }) => dueAt !== undefined);

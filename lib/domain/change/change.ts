import * as z from 'zod';
import type { Instant } from '../identifiers.ts';
import type { EventDraft } from '../ledger/event.ts';
import { Outcome } from '../release/outcome.ts';
import type { Entity } from './kinds.ts';
import type { Once } from './once.ts';

/**
 * One write of a change. `create` succeeds only if nothing is there, `replace` and `expect` only if the entity still
 * has the version that was read. The store increments the version of what it writes; `expect` writes nothing. What has
 * version 0 was never written: to expect it is to expect that nothing is there.
 */
export type Write = {
  readonly kind: 'create' | 'replace' | 'expect';
  readonly entity: Entity;
  /** Fields as the ledger has them, which can forget nothing: without the names of people whom the directory does not know. */
  readonly inLedger?: object;
};

const text = z.string().min(1);
const place = {
  requestId: text,
  personId: text,
  /** The place of an invitation to stand in; without it, the first invitation of the person is meant. */
  role: z.exactOptional(text),
  actingFor: z.exactOptional(text),
};
/** Which time it is, of an outcome that a release can have again; people hear of each. */
const occasion = z.exactOptional(text);
/** Why a message is sent once more. */
const again = z.exactOptional(z.enum(['reminder', 'resent']));

/**
 * A side effect that must happen because a change was committed. It may be carried out more than once, so its target
 * must be idempotent.
 */
export const Intent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ship_event'), model: text, seq: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('start_execution'),
    machine: z.enum(['release', 'promotion', 'rollback', 'move', 'rotation']),
    name: text,
    input: text,
  }),
  z.strictObject({ kind: z.literal('resume_execution'), requestId: text }),
  z.strictObject({ kind: z.literal('send_approval_mail'), ...place, again }),
  // One person hears that a request was withdrawn: versions up to November 2026 noted it for each of them.
  z.strictObject({ kind: z.literal('send_outcome_mail'), requestId: text, personId: text }),
  z.strictObject({ kind: z.literal('notify_people'), releaseId: text, outcome: Outcome, occasion }),
  z.strictObject({ kind: z.literal('send_notice'), releaseId: text, outcome: Outcome, occasion, personId: text }),
  z.strictObject({ kind: z.literal('send_denier_mails'), requestId: text }),
  z.strictObject({ kind: z.literal('send_slack_message'), ...place, again }),
  z.strictObject({ kind: z.literal('update_slack_message'), ...place, channel: text, ts: text }),
  z.strictObject({ kind: z.literal('sync_registry'), releaseId: text }),
  z.strictObject({ kind: z.literal('publish_event'), detailType: text, detail: text }),
  z.strictObject({ kind: z.literal('expire_request'), requestId: text }),
  z.strictObject({ kind: z.literal('escalate_request'), requestId: text }),
  z.strictObject({ kind: z.literal('remind_people'), requestId: text }),
  z.strictObject({ kind: z.literal('expire_approval'), releaseId: text }),
  z.strictObject({ kind: z.literal('warn_of_expiry'), releaseId: text }),
  z.strictObject({ kind: z.literal('renew_approval'), releaseId: text }),
  z.strictObject({ kind: z.literal('suspend_approval'), releaseId: text, conditionId: text }),
  z.strictObject({ kind: z.literal('redrive_intent'), partition: text, sort: text }),
]);
export type Intent = z.infer<typeof Intent>;

/** An intent and the earliest instant to carry it out. Without `dueAt` it is due now. */
export type DueIntent = { readonly intent: Intent; readonly dueAt?: Instant };

/** A change of state. It is committed together with its audit event and its intents, all or nothing. */
export type Change = {
  /** The chain that the event belongs to: that of a model, of the intake or of the configuration. */
  readonly model: string;
  readonly event: EventDraft;
  readonly writes: readonly Write[];
  readonly intents: readonly DueIntent[];
  /** The request that it follows from, if its sender has given it a key: a second change under the key is refused. */
  readonly once?: Once | undefined;
  /** Committed on the way to what a request asks for: its key is noted with that, and not with this. */
  readonly isBeforeAct?: boolean;
};

/** The tier of the release that the event of a change is about, which decides for how long it is kept. */
export const tierIn = ({ event, writes }: Pick<Change, 'event' | 'writes'>): { tier?: string } => {
  for (const { entity } of writes)
    if (entity.entity === 'release' && entity.releaseId === event.release_id) return { tier: entity.riskTier };
  return {};
};

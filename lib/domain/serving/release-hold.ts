import type { Change } from '../change/change.ts';
import { published } from '../change/published.ts';
import { recordRefusal } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { requireFound } from '../change/require-found.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { isAmong } from '../policy/identities.ts';
import { type Hold, isHeld } from '../records/hold.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';

export type HoldClaim = {
  readonly modelName: string;
  readonly actor: Actor;
  /** Every name of the operator, where a former version may have stored another than their id. */
  readonly names?: readonly string[];
  readonly reason: string;
  readonly linkedIncident: string;
};

/**
 * Afterwards this operator's consent is on record, and the hold is released if enough operators have given theirs.
 * Consenting again changes nothing. Refuses, on record, the one who asked for the rollback.
 */
export const releaseHold = (claim: HoldClaim, store: ReleaseStore, now: () => Instant): Promise<Hold> =>
  untilCommitted(async () => {
    const hold = await store.get('hold', claim.modelName);
    if (hold === undefined) throw new Refusal('NotFound', `${claim.modelName} was never held`);
    const names = claim.names ?? [claim.actor.id];
    const hasConsented = hold.consents.some(({ operatorId }) => isAmong(operatorId, names));
    if (!isHeld(hold) || hasConsented) return hold;
    const rolledBack = await requireFound(store.get('release', hold.fromReleaseId), hold.fromReleaseId);
    const asked = { ...claim, hold, rolledBack, now: now() };
    if (isAmong(hold.initiatedBy, names)) {
      const refused = { by: [claim.actor.id, hold.modelName], about: [hold.rollbackId] };
      await recordRefusal(refuseConsent(asked), { bound: 'hold', ...refused }, store, asked.now);
      throw new Refusal('SeparationOfDuties', WHO_ASKED);
    }
    const change = recordConsent(asked);
    await store.commit(change, now());
    return { ...consented(asked), version: hold.version + 1 };
  });

const WHO_ASKED = 'whoever asked for the rollback does not release its hold';

type Asked = HoldClaim & { readonly hold: Hold; readonly rolledBack: Release; readonly now: Instant };

const consented = ({ hold, actor, reason, linkedIncident, now }: Asked): Hold => {
  const consents = [...hold.consents, { operatorId: actor.id, reason, linkedIncident, givenAt: now }];
  return consents.length < hold.operatorsNeeded
    ? { ...hold, consents }
    : { ...hold, consents, status: 'released', releasedAt: now };
};

/** The consent of one operator: the last one that is needed releases the hold, in the same transaction. */
const recordConsent = (asked: Asked): Change => {
  const { actor, reason, rolledBack } = asked;
  const after = consented(asked);
  const isReleased = !isHeld(after);
  return {
    model: after.modelName,
    event: releaseEvent(rolledBack, actor, {
      event_type: isReleased ? 'hold_released' : 'hold_consented',
      idempotency_key: `${after.rollbackId}:hold:${actor.id}`,
      reason,
      linked_incident: asked.linkedIncident,
      details: holdDetails(after),
    }),
    writes: [
      { kind: 'replace', entity: after },
      { kind: 'expect', entity: rolledBack },
    ],
    intents: isReleased ? [published('Hold Released', rolledBack)] : [],
  };
};

const refuseConsent = ({ hold, rolledBack, actor, linkedIncident }: Asked): Change => ({
  model: hold.modelName,
  event: releaseEvent(rolledBack, actor, {
    event_type: 'hold_consent_refused',
    idempotency_key: `${hold.rollbackId}:hold:${actor.id}:refused`,
    reason: WHO_ASKED,
    linked_incident: linkedIncident,
    details: holdDetails(hold),
  }),
  writes: [
    { kind: 'expect', entity: hold },
    { kind: 'expect', entity: rolledBack },
  ],
  intents: [],
});

const holdDetails = ({ rollbackId, consents, operatorsNeeded }: Hold) => ({
  rollback_id: rollbackId,
  operators: consents.length,
  operators_needed: operatorsNeeded,
});

/** Sets a legal hold on all that is kept of a model, and lifts it when two people agree. */

import type { Instant, ModelName } from '../identifiers.ts';
import type { EventType } from '../ledger/event.ts';
import { isAmong } from '../policy/identities.ts';
import { isInForce, LEGAL_HOLDS_MAX, type LegalHold, LIFTED_BY, type Matter } from '../records/legal-hold.ts';
import { Refusal } from '../refusal.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import type { Change } from './change.ts';
import { allOf } from './page.ts';
import { publishedDetail } from './published.ts';
import type { ReleaseStore } from './release-store.ts';
import { untilCommitted } from './until-committed.ts';

export type LegalHoldClaim = {
  readonly modelName: ModelName;
  readonly matter: Matter;
  readonly actor: Actor;
  /** Every name that the actor has in the directory: one person agrees once, by whichever. */
  readonly names: readonly string[];
  readonly reason: string;
};

/** Afterwards the model is held for this matter, on record. Asked again, nothing changes, and who had agreed to lift it has not. */
export const setLegalHold = (claim: LegalHoldClaim, store: ReleaseStore, now: () => Instant): Promise<LegalHold> =>
  untilCommitted(async () => {
    const { modelName, matter, actor, reason } = claim;
    const [{ items: known }, before, holds] = await Promise.all([
      store.releasePage({ model: modelName }, { limit: 1 }),
      store.get('legal_hold', modelName, matter),
      allOf((page) => store.legalHolds({ model: modelName }, page)),
    ]);
    if (known.length === 0) throw new Refusal('NotFound', `there is no release of a model ${modelName}`);
    if (before !== undefined && isInForce(before) && before.lifting.length === 0) return before;
    const others = holds.filter((hold) => hold.matter !== matter);
    if (others.length >= LEGAL_HOLDS_MAX)
      throw new Refusal('AskedTooOften', `${modelName} is held for ${LEGAL_HOLDS_MAX} matters already: lift one first`);
    const at = now();
    const after: LegalHold = {
      entity: 'legal_hold',
      version: before?.version ?? 0,
      modelName,
      matter,
      status: 'set',
      set: { by: actor.id, at, reason },
      lifting: [],
    };
    return commit({ before, after, claim, type: 'legal_hold_set' }, store, at);
  });

/** Afterwards this person has agreed, on record, and with the second one the hold is lifted. Agreeing again changes nothing. */
export const liftLegalHold = (claim: LegalHoldClaim, store: ReleaseStore, now: () => Instant): Promise<LegalHold> =>
  untilCommitted(async () => {
    const { modelName, matter, actor, names, reason } = claim;
    const before = await store.get('legal_hold', modelName, matter);
    if (before === undefined) throw new Refusal('NotFound', `${modelName} is not held for ${matter}`);
    if (!isInForce(before) || before.lifting.some(({ by }) => isAmong(by, names))) return before;
    const at = now();
    const lifting = [...before.lifting, { by: actor.id, at, reason }];
    const isLifted = lifting.length >= LIFTED_BY;
    const after: LegalHold = { ...before, lifting, ...(isLifted ? { status: 'lifted', liftedAt: at } : {}) };
    const type = isLifted ? 'legal_hold_lifted' : 'legal_hold_lift_consented';
    return commit({ before, after, claim, type }, store, at);
  });

type Step = {
  readonly before: LegalHold | undefined;
  readonly after: LegalHold;
  readonly claim: LegalHoldClaim;
  readonly type: Extract<EventType, `legal_hold_${string}`>;
};

const commit = async (step: Step, store: ReleaseStore, at: Instant): Promise<LegalHold> => {
  await store.commit(recordLegalHold(step), at);
  return { ...step.after, version: (step.before?.version ?? 0) + 1 };
};

const PUBLISHED: Partial<Record<Step['type'], string>> = {
  legal_hold_set: 'Legal Hold Set',
  legal_hold_lifted: 'Legal Hold Lifted',
};

/** A step of a hold: it is set, or somebody agrees to lift it. */
const recordLegalHold = ({ before, after, claim, type }: Step): Change => {
  const { modelName, matter, actor, reason } = claim;
  const detailType = PUBLISHED[type];
  return {
    model: modelName,
    event: eventWithoutRelease(actor, {
      event_type: type,
      model_name: modelName,
      idempotency_key: `legal_hold:${matter}:${after.version + 1}`,
      reason,
      linked_incident: matter,
      details: { people: after.lifting.length, people_needed: LIFTED_BY },
    }),
    writes: [{ kind: before === undefined ? 'create' : 'replace', entity: after }],
    intents: detailType === undefined ? [] : [publishedDetail(detailType, { modelName, matter })],
  };
};

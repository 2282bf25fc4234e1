/** How a rule of the replay is tested: by chains that keep it and by chains that break it. */
import { expect, it } from 'vitest';
import type { Rule } from '../../../../lib/domain/audit/history.ts';
import { RULES, replayProblems } from '../../../../lib/domain/audit/replay-events.ts';
import { type Signing, signingIn } from '../../../../lib/domain/audit/signing.ts';
import { type EventDraft, EventType, eventKey } from '../../../../lib/domain/ledger/event.ts';
import type { EventFile } from '../../../../lib/domain/ledger/ledger-file.ts';
import { aReleaseInProduction, sealAll } from '../../ledger/a-ledger.ts';

export const story = aReleaseInProduction('credit-1');

export const place = (type: EventDraft['event_type']): number => story.findIndex((draft) => draft.event_type === type);
export const changed = (type: EventDraft['event_type'], change: Partial<EventDraft>): EventDraft[] =>
  story.map((draft, index) => (index === place(type) ? { ...draft, ...change } : draft));
/** The chain with other details of one event, beside those that it has. */
export const saying = (type: EventDraft['event_type'], details: EventDraft['details']): EventDraft[] =>
  changed(type, { details: { ...story[place(type)]?.details, ...details } });
export const without = (type: EventDraft['event_type']): EventDraft[] =>
  story.filter((draft) => draft.event_type !== type);

const NOWHERE = Number.POSITIVE_INFINITY;
/** A ledger of versions that signed no decisions. */
export const UNSIGNED = signingIn({ events: [], positionOf: () => NOWHERE, coveredAt: () => NOWHERE });

type NonEmpty<T> = readonly [T, ...T[]];

type Cases = {
  /** Chains that keep all rules, and what they tell. */
  readonly keptBy: NonEmpty<readonly [what: string, drafts: readonly EventDraft[]]>;
  /** Chains that break this rule, and which event does so, and why. */
  /** The chain that these events are on, if not that of a model. */
  readonly chain?: string;
  /** What the ledger says about signatures: by default, that none were made yet. */
  readonly signing?: Signing;
  readonly brokenBy: NonEmpty<readonly [what: string, drafts: readonly EventDraft[], why: string]>;
};

export const describeRule = (rule: Rule, { keptBy, brokenBy, chain = 'credit', signing = UNSIGNED }: Cases): void => {
  it.each(keptBy)('is kept by %s', (_, drafts) => {
    expect(objections(drafts, { chain, signing })).toEqual([]);
  });

  it.each(brokenBy)('is broken by %s', (_, drafts, why) => {
    expect(objections(drafts, { chain, signing }, [rule]).join('\n')).toContain(why);
    expect(objections(drafts, { chain, signing }).join('\n')).toContain(why);
  });
};

/** What these rules object to in a chain. */
const objections = (
  drafts: readonly EventDraft[],
  { chain, signing }: { readonly chain: string; readonly signing: Signing },
  rules: readonly Rule[] = RULES,
): string[] => {
  const sealed = sealAll(drafts.map((draft) => ({ model: chain, draft: knownDraft(draft) })));
  const files = sealed.map(({ event: sealed, head }, index): EventFile => {
    const event = { ...sealed, event_type: drafts[index]?.event_type ?? sealed.event_type };
    return { kind: 'event', key: eventKey(event), event, hash: head.hash };
  });
  return replayProblems(files, signing, rules).map(({ why }) => why);
};

/** This version seals only what it knows, but a chain may hold events that another version sealed. */
const knownDraft = (draft: EventDraft): EventDraft => ({
  ...draft,
  event_type: EventType.safeParse(draft.event_type).data ?? 'endpoint_restored',
});

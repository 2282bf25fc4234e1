/** How a rule of the replay is tested: by chains that keep it and by chains that break it. */
import { expect, it } from 'vitest';
import { type Denials, denialsIn } from '../../../../lib/domain/audit/denials.ts';
import { type DeployedPolicies, deployedPoliciesIn } from '../../../../lib/domain/audit/deployed-policies.ts';
import type { Rule } from '../../../../lib/domain/audit/history.ts';
import { type LineStops, lineStopsIn } from '../../../../lib/domain/audit/line-stops.ts';
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
export const NOBODY_DENIED = denialsIn([], UNSIGNED);
export const NEVER_STOPPED = lineStopsIn([]);
export const NO_POLICY = deployedPoliciesIn([], []);

type NonEmpty<T> = readonly [T, ...T[]];

type Cases = {
  /** Chains that keep all rules, and what they tell. */
  readonly keptBy: NonEmpty<readonly [what: string, drafts: readonly EventDraft[]]>;
  /** The chain that these events are on, if not that of a model. */
  readonly chain?: string;
  /** What the ledger says about signatures: by default, that none were made yet. */
  readonly signing?: Signing;
  /** What the ledger says of denials on other chains: by default, that there are none. */
  readonly denials?: Denials;
  /** What the ledger says of the line of all models: by default, that it was never stopped. */
  readonly lineStops?: LineStops;
  /** What the ledger says of the policy that was deployed: by default, nothing. */
  readonly deployedPolicies?: DeployedPolicies;
  /** How many seconds are between two events. */
  readonly apart?: number;
  /** Chains that break this rule, and which event does so, and why. */
  readonly brokenBy: NonEmpty<readonly [what: string, drafts: readonly EventDraft[], why: string]>;
};

export const describeRule = (rule: Rule, { keptBy, brokenBy, ...given }: Cases): void => {
  it.each(keptBy)('is kept by %s', (_, drafts) => {
    expect(objections(drafts, given)).toEqual([]);
  });

  it.each(brokenBy)('is broken by %s', (_, drafts, why) => {
    expect(objections(drafts, given, [rule]).join('\n')).toContain(why);
    expect(objections(drafts, given).join('\n')).toContain(why);
  });
};

/** What these rules object to in a chain. */
const objections = (
  drafts: readonly EventDraft[],
  {
    chain = 'credit',
    signing = UNSIGNED,
    denials = NOBODY_DENIED,
    lineStops = NEVER_STOPPED,
    deployedPolicies = NO_POLICY,
    apart = 1,
  }: Omit<Cases, 'keptBy' | 'brokenBy'>,
  rules: readonly Rule[] = RULES,
): string[] => {
  const told = drafts.map((draft) => ({ model: chain, draft: knownDraft(draft) }));
  const sealed = sealAll(told, new Map(), 0, apart);
  const files = sealed.map(({ event: sealed, head }, index): EventFile => {
    const event = { ...sealed, event_type: drafts[index]?.event_type ?? sealed.event_type };
    return { kind: 'event', key: eventKey(event), event, hash: head.hash };
  });
  return replayProblems(files, { signing, denials, lineStops, deployedPolicies }, rules).map(({ why }) => why);
};

/** This version seals only what it knows, but a chain may hold events that another version sealed. */
const knownDraft = (draft: EventDraft): EventDraft => ({
  ...draft,
  event_type: EventType.safeParse(draft.event_type).data ?? 'endpoint_restored',
});

/** What becomes of a promotion that is due in a window in which nothing is promoted. */
import type { Change } from '../change/change.ts';
import { eventReasons, published } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import type { ActiveFreeze } from '../policy/active-freezes.ts';
import type { Reason, Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { BREAK_GLASS, type BreakGlassFacts, openedBy } from './break-glass.ts';
import { FREEZE, freezeReasons } from './freeze-reasons.ts';
import type { GateDecision } from './gate.ts';
import { recordDenied } from './promotion.ts';
import { isOrdered } from './record-deployment.ts';
import { isDenied, startPromotion } from './start-promotion.ts';

/**
 * Until when a denied promotion waits: it is denied for nothing but windows that let it wait, and the last of them ends then.
 * Undefined if it does not wait.
 */
export const waitsUntil = (decision: GateDecision, freezes: readonly ActiveFreeze[]): Instant | undefined => {
  if (decision.outcome === 'allow' || decision.reasons.some(({ rule }) => !ENDS_WITH_IT.includes(rule)))
    return undefined;
  return endOfWaiting(freezes);
};

/** When the last of these windows ends; undefined if one of them lets nothing wait, or if there is none. */
export const endOfWaiting = (freezes: readonly ActiveFreeze[]): Instant | undefined =>
  freezes.every(({ waits }) => waits)
    ? freezes
        .map(({ until }) => until)
        .toSorted()
        .at(-1)
    : undefined;

/** Why a break-glass does not open a window is of no matter once that has ended. */
const ENDS_WITH_IT: readonly string[] = [FREEZE, BREAK_GLASS];

/** Whether the next attempt at promoting a release is noted already, and due when the windows end that denied the last one. */
export const isWaitingForWindow = (release: Release): boolean =>
  release.state === 'approved' &&
  release.promotionAttempt !== undefined &&
  release.reasons.length > 0 &&
  release.reasons.every(({ rule }) => ENDS_WITH_IT.includes(rule)) &&
  !isDenied(release);

type Denied = Extract<GateDecision, { readonly outcome: 'deny' }>;
type Stopped = { readonly outcome: 'deny' | 'wait'; readonly change: Change };

/** Records that nothing is ordered of an attempt that is denied: it has ended, or waits for the end of the windows that deny it. */
export const recordStopped = (
  release: Release,
  decision: Denied,
  { freezes, now }: { readonly freezes: readonly ActiveFreeze[]; readonly now: Instant },
): Stopped => {
  const until = waitsUntil(decision, freezes);
  return until === undefined
    ? { outcome: 'deny', change: recordDenied(release, decision, now) }
    : { outcome: 'wait', change: recordWaiting(release, decision.reasons, until, now) };
};

/**
 * The same, where the gate let the attempt pass and a window has begun since; undefined if none has, if a break-glass opens it, or
 * if the order is on record, under the configuration that is to be ordered if it is known: what is under way goes on. An attempt that
 * another configuration was ordered for does not wait: its endpoint is restored.
 */
export const stoppedByWindow = (facts: OrderFacts): Stopped | undefined => {
  const { release } = facts;
  if (isOrdered(release, facts.endpointConfigName)) return undefined;
  const [first, ...others] = openedBy(freezeReasons(facts.freezes), facts, 'step').closed;
  if (first === undefined) return undefined;
  const denied = { outcome: 'deny', reasons: [first, ...others] } as const;
  return release.endpointConfigName === undefined
    ? recordStopped(release, denied, facts)
    : { outcome: 'deny', change: recordDenied(release, denied, facts.now) };
};

type OrderFacts = BreakGlassFacts & {
  readonly freezes: readonly ActiveFreeze[];
  /** Under which configuration it is to be ordered; undefined before that is known. */
  readonly endpointConfigName?: string | undefined;
};

/**
 * Records that the promotion of a release waits for the end of a window. The next attempt is due then, and is judged again; this
 * one has ended. An operator who asks meanwhile starts another attempt, which takes over.
 */
export const recordWaiting = (release: Release, reasons: readonly Reason[], until: Instant, now: Instant): Change => {
  const { started, intent } = startPromotion(release, now);
  const after: Release = { ...release, reasons: [...reasons], ...started, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'promotion_refused',
      idempotency_key: `${release.releaseId}:promotion:${release.version}`,
      reason: FREEZE,
      details: {
        reasons_total: reasons.length,
        reasons: eventReasons(reasons),
        waits_until: until,
        attempt: started.promotionAttempt,
      },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [{ ...intent, dueAt: until }, published('Promotion Refused', after)],
  };
};

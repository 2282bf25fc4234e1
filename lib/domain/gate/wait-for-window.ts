/** What becomes of a promotion that is due in a window in which nothing is promoted. */
import type { Change } from '../change/change.ts';
import { eventReasons, published } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import type { ActiveFreeze } from '../policy/active-freezes.ts';
import type { Reason, Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { BREAK_GLASS } from './break-glass.ts';
import { FREEZE } from './freeze-reasons.ts';
import type { GateDecision } from './gate.ts';
import { startPromotion } from './start-promotion.ts';

/**
 * Until when a denied promotion waits: it is denied for nothing but windows that let it wait, and the last of them ends then.
 * Undefined if it does not wait.
 */
export const waitsUntil = (decision: GateDecision, freezes: readonly ActiveFreeze[]): Instant | undefined => {
  if (decision.outcome === 'allow' || decision.reasons.some(({ rule }) => !ENDS_WITH_IT.includes(rule)))
    return undefined;
  if (!freezes.every(({ waits }) => waits)) return undefined;
  return freezes
    .map(({ until }) => until)
    .toSorted()
    .at(-1);
};

/** Why a break-glass does not open a window is of no matter once that has ended. */
const ENDS_WITH_IT: readonly string[] = [FREEZE, BREAK_GLASS];

/**
 * Records that the promotion of a release waits for the end of a window. The next attempt is due then, and is judged again; this
 * one has ended. An operator who asks meanwhile starts another attempt, which takes over.
 */
export const recordWaiting = (release: Release, reasons: readonly Reason[], until: Instant, now: Instant): Change => {
  const { attempt, intent } = startPromotion(release);
  const after: Release = { ...release, reasons: [...reasons], promotionAttempt: attempt, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'promotion_refused',
      idempotency_key: `${release.releaseId}:promotion:${release.version}`,
      reason: FREEZE,
      details: { reasons_total: reasons.length, reasons: eventReasons(reasons), waits_until: until, attempt },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [{ ...intent, dueAt: until }, published('Promotion Refused', after)],
  };
};

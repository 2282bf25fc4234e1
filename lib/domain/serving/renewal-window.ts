/** When an approval that rests on what it rested on may be renewed. */
import type { DueIntent } from '../change/change.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../instant.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';

type Ending = { readonly until: Instant; readonly days: number };

const before = ({ until, days }: Ending, early: number, part: number): Instant =>
  plusMilliseconds(until, -Math.min(early, days / part) * DAY_MS);

/** From the first warning on, or from half of the time that the policy gives. Sooner, a renewal would say nothing new. */
export const renewableFrom = (ending: Ending): Instant => before(ending, 14, 2);

/**
 * Between the first warning and the second: who gets the second knows that it was not renewed. It is later than `renewableFrom` by
 * four days, or by a sixth of the time: who looks has another clock than who calls it.
 */
export const renewsAt = (ending: Ending): Instant => before(ending, 10, 3);

/** Noted with each approval and each renewal that the policy lets be renewed. */
export const dueRenewal = (releaseId: string, ending: Ending): DueIntent => ({
  intent: { kind: 'renew_approval', releaseId },
  dueAt: renewsAt(ending),
});

/**
 * For what goes back to production after its renewal was due: it did not serve then, so nothing was renewed or said. An hour later
 * somebody has looked at what serves.
 */
export const overdueRenewal = (releaseId: string, ending: Ending, now: Instant): DueIntent[] =>
  now < renewsAt(ending)
    ? []
    : [{ intent: { kind: 'renew_approval', releaseId }, dueAt: plusMilliseconds(now, HOUR_MS) }];

/** Refuses a release that has no approval that ends: there is nothing to renew. */
export const assertEnds = ({ releaseId, state, approvedUntil, serving }: Release): void => {
  if (approvedUntil !== undefined && serving !== undefined) return;
  throw new Refusal('RenewalImpossible', `${releaseId} is ${state}, and has no approval that ends`);
};

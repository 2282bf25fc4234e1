import { type ForceFacts, inForce } from '../approval/in-force.ts';
import { readForce } from '../approval/read-force.ts';
import { deploymentReasons } from '../approval/separation-of-duties.ts';
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { recordRefusal, withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import type { Approval } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { isPromoting } from '../release/promotion-attempt.ts';
import type { Reason, Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { openedBy } from './break-glass.ts';
import { holdReasons, lineReasons } from './obstacles.ts';
import { readLines, readObstacleRows } from './read-obstacles.ts';
import { remediesOf } from './remedies.ts';
import { startPromotion } from './start-promotion.ts';

type Asked = { readonly actor: Actor; readonly reason: string };
export type PromotionClaim = Asked & {
  readonly releaseId: string;
  /** Every name of the operator, where a former version may have stored another than their id. */
  readonly names?: readonly string[];
};

/**
 * Afterwards the promotion of an approved release is under way: a new attempt if the last one ended before production,
 * or has been silent for three hours, otherwise the one that is still running. The gate judges the release again in each
 * attempt. Refuses, on record, an operator who made or approved the release (SD-1); and a release without an approval in
 * force, one whose model is held after a rollback, any while the line is stopped, and an operator who has asked too often.
 */
export const askPromotion = (
  claim: PromotionClaim,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ release: Release; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const release = await store.get('release', claim.releaseId);
    if (release === undefined) throw new Refusal('NotFound', `there is no release ${claim.releaseId}`);
    assertApproved(release);
    const force = await readForce(store, release);
    const { reasons } = inForce({ ...force, release, now: now() });
    const refuseFor = refuser({ release, force }, store, now);
    await refuseFor(reasons, `the approval of ${release.releaseId} is not in force: `);
    await refuseParty(claim, { release, approvals: force.approvals }, store, now());
    const hold = await store.get('hold', release.modelName);
    // Said at once; a hold that comes later is met by the gate.
    await refuseFor(holdReasons({ hold }));
    const [lines, breakGlass] = await Promise.all([
      readLines(release, store),
      store.get('break_glass', release.modelName),
    ]);
    // A break-glass that is in force lets it be asked for. The gate, which may find a window too, is what uses it.
    await refuseFor(openedBy(lineReasons(lines), { release, breakGlass, now: now() }, 'order').closed);
    if (isPromoting(release, now())) return { release, outcome: 'known' };
    const at = now();
    const read = [hold, lines.wholeLine, lines.ownLine, breakGlass, ...force.approvals, ...force.suspensions];
    const requested = expecting(requestPromotion(release, claim, at), ...read);
    const attempt = { bound: 'promotion' as const, by: [claim.actor.id, release.releaseId] };
    await store.commit(await withinBound(requested, attempt, store, at), at);
    return { release, outcome: 'requested' };
  });

type Party = { readonly release: Release; readonly approvals: readonly Approval[] };

/** Refuses, on record, an operator who made or approved the release. */
const refuseParty = async (
  { actor, names, reason }: PromotionClaim,
  { release, approvals }: Party,
  store: ReleaseStore,
  at: Instant,
): Promise<void> => {
  const why = deploymentReasons(release, approvals, actor.id, names);
  if (why.length === 0) return;
  const refused: Change = {
    model: release.modelName,
    event: releaseEvent(release, actor, {
      event_type: 'promotion_order_refused',
      idempotency_key: `${release.releaseId}:promotion:${actor.id}:refused:${at}`,
      reason: cut(`${why.join('; ')} (asked: ${reason})`, 1024),
    }),
    writes: [{ kind: 'expect', entity: release }],
    intents: [],
  };
  const by = [actor.id, release.releaseId];
  await recordRefusal(expecting(refused, ...approvals), { bound: 'promotion_order', by, about: why }, store, at);
  throw new Refusal('SeparationOfDuties', why.join('; '));
};

const assertApproved = ({ releaseId, state }: Release): void => {
  if (state !== 'approved') throw new Refusal('PromotionImpossible', `${releaseId} is ${state}, not approved`);
};

type Judged = { readonly release: Release; readonly force: Omit<ForceFacts, 'release' | 'now'> };

/** Refuses for these reasons, and says what to do about them, for which it reads what else that depends on. */
const refuser =
  ({ release, force }: Judged, store: Pick<ReleaseStore, 'get'>, now: () => Instant) =>
  async (reasons: readonly Reason[], about = ''): Promise<void> => {
    if (reasons.length === 0) return;
    const why = reasons.map(({ explanation }) => explanation).join('; ');
    const facts = { ...force, ...(await readObstacleRows(release, store)), release, now: now() };
    throw new Refusal('PromotionImpossible', `${about}${why}`, [], { remedy: remediesOf(reasons, facts).join(' ') });
  };

/**
 * Starts a new attempt. It clears the reasons of the last one, so that a second request finds the promotion under way,
 * and it takes over the release: executions of earlier attempts can no longer act for it.
 */
export const requestPromotion = (release: Release, { actor, reason }: Asked, now: Instant): Change => {
  const { started, intent } = startPromotion(release, now);
  const attempt = started.promotionAttempt;
  const promotionOrder = { attempt, by: actor.id, at: now };
  const after: Release = { ...release, reasons: [], ...started, promotionOrder, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, actor, {
      event_type: 'promotion_requested',
      idempotency_key: `${release.releaseId}:promotion:${release.version}:requested`,
      reason,
      details: { attempt },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [intent],
  };
};

import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { recordRefusal, withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import { type Instant, ReleaseId } from '../identifiers.ts';
import { type Endpoint, endpointId } from '../records/endpoint.ts';
import type { EndpointMove } from '../records/endpoint-move.ts';
import { isServing, type Pointer, type ServingPointer } from '../records/pointer.ts';
import { slotDigest } from '../records/refusal-slot.ts';
import { hasExecution, isUnderWay, NOTHING, type Rollback, rollbackId } from '../records/rollback.ts';
import { Conflict, Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import type { Actor } from '../release/release-event.ts';
import { NO_FALLBACK, refuseToAsk, requestRollback } from './rollback-steps.ts';
import { servingProblem } from './serving-problem.ts';
import { readStrategyUnderWay, strategyBeside } from './strategy-under-way.ts';

export type RollbackClaim = {
  readonly modelName: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly linkedIncident: string;
  /** The endpoint is deleted, so that nothing serves, whether or not there is a fallback. */
  readonly toNothing?: boolean;
  /** The configuration that nobody approved, and for which the endpoint is taken down. */
  readonly quarantined?: string;
  /** The epoch of what it is about; undefined if it is about whatever is in production. */
  readonly epoch?: number;
};

/**
 * Afterwards there is exactly one rollback of what was in production when it was requested, with the intent to start
 * its execution. Requesting the same again finds that one, unless its execution has been silent for hours, with no strategy to
 * wait for: then it is requested again. Refuses, on record, if there is nothing to go back to, or if
 * a rollback to something else is under way.
 */
export const askRollback = (
  claim: RollbackClaim,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ rollback: Rollback; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const serving = await servingOf(claim.modelName, store);
    const { pointer, earlier } = serving;
    if (claim.epoch !== undefined && claim.epoch !== pointer.epoch) {
      throw new Refusal('RollbackImpossible', `${claim.modelName} serves something else since`);
    }
    const to = claim.toNothing === true ? NOTHING : fallbackOf(pointer);
    const asked = { ...claim, ...serving, now: now() };
    const workedOn = await findWorkedOn(serving, store, asked.now);
    if (workedOn !== undefined && workedOn.toReleaseId === to) return { rollback: workedOn, outcome: 'known' };
    if (to === undefined || workedOn !== undefined) {
      const why = workedOn === undefined ? NO_FALLBACK : otherwiseUnderWay(workedOn);
      const about = [claim.actor.id, String(pointer.epoch), why];
      const refused = expecting(refuseToAsk(asked, why, slotDigest(about)), earlier);
      const by = [claim.actor.id, pointer.modelName];
      await recordRefusal(refused, { bound: 'rollback_of_operator', by, about }, store, asked.now);
      throw new Refusal('RollbackImpossible', why);
    }
    const strategy = await strategyBeside(pointer.modelName, store, asked.now);
    const { change, rollback } = requestRollback({ ...asked, strategy }, to);
    await store.commit(await again(change, { earlier, asker: claim.actor.id, now: asked.now }, store), asked.now);
    return { rollback, outcome: 'requested' };
  });

/**
 * The rollback of what serves that an execution may be working on. One says nothing while it waits for a strategy to end, which may take
 * longer than any other silence.
 */
export const findWorkedOn = async (
  { earlier }: Pick<Serving, 'earlier'>,
  store: Pick<ReleaseStore, 'get' | 'releasePage'>,
  now: Instant,
): Promise<Rollback | undefined> => {
  if (!isUnderWay(earlier)) return undefined;
  if (hasExecution(earlier, now)) return earlier;
  return (await readStrategyUnderWay(earlier.modelName, store, now)) === undefined ? undefined : earlier;
};

/**
 * The request, with its place if an earlier one about the same pointer has ended: the first one is never bounded, because
 * no refusal may stand in the way of a rollback.
 */
export const again = async (
  change: Change,
  { earlier, asker, now }: { earlier: Rollback | undefined; asker: string; now: Instant },
  store: ReleaseStore,
): Promise<Change> =>
  earlier === undefined
    ? change
    : withinBound(change, { bound: 'rollback_again', by: [asker, earlier.modelName] }, store, now);

/** The release that an ordinary rollback goes back to, if there is one. */
export const fallbackOf = ({ fallbackReleaseId }: Pointer): ReleaseId | undefined =>
  fallbackReleaseId === '' ? undefined : ReleaseId.parse(fallbackReleaseId);

const otherwiseUnderWay = ({ rollbackId: id, toReleaseId }: Rollback): string =>
  `${id} is under way, to ${toReleaseId === NOTHING ? 'nothing' : toReleaseId}; ask again when it has ended`;

export type Serving = {
  readonly pointer: ServingPointer;
  readonly current: Release;
  readonly earlier: Rollback | undefined;
  /** The last move to another endpoint. */
  readonly move: EndpointMove | undefined;
};

/**
 * The release that a model serves, the rollback requested for it earlier and the last move, if any. Refuses if nothing is in
 * production, and stops if pointer and release do not say the same.
 */
export const servingOf = async (modelName: string, store: Pick<ReleaseStore, 'get'>): Promise<Serving> => {
  const pointer = await store.get('pointer', modelName);
  const current = isServing(pointer) ? await store.get('release', pointer.releaseId) : undefined;
  if (!isServing(pointer) || current === undefined) {
    throw new Refusal('NotFound', `${modelName} has no release in production`);
  }
  // It may have been flipped between the two reads; if it was forged, they never agree.
  const problem = servingProblem(pointer, current);
  if (problem !== undefined) throw new Conflict(`could not tell what ${modelName} serves: ${problem}`);
  const [earlier, move] = await Promise.all([rollbackOf(pointer, store), store.get('endpoint_move', modelName)]);
  return { pointer, current, earlier, move };
};

/** Whose the endpoint is that the model serves from. */
export const endpointOf = async (
  pointer: Pointer | undefined,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Endpoint | undefined> =>
  isServing(pointer) ? store.get('endpoint', endpointId(pointer.endpointName)) : undefined;

/** The latest rollback requested for what is in production. */
export const rollbackOf = async (
  pointer: Pointer | undefined,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Rollback | undefined> =>
  pointer === undefined ? undefined : store.get('rollback', rollbackId(pointer.modelName, pointer.epoch));

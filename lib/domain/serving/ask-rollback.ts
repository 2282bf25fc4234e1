import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { type Endpoint, endpointId } from '../records/endpoint.ts';
import { isServing, type Pointer, type ServingPointer } from '../records/pointer.ts';
import { isUnderWay, type Rollback, rollbackId } from '../records/rollback.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import type { Actor } from '../release/release-event.ts';
import { NO_FALLBACK, refuseToAsk, requestRollback } from './rollback-steps.ts';

export type RollbackClaim = {
  readonly modelName: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly linkedIncident: string;
};

/**
 * Afterwards there is exactly one rollback of what was in production when it was requested, with the intent to start
 * its execution. Requesting again finds that one. Refuses if there is nothing to roll back or nothing to go back to.
 */
export const askRollback = (
  claim: RollbackClaim,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ rollback: Rollback; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const serving = await servingOf(claim.modelName, store);
    const { pointer, earlier } = serving;
    if (isUnderWay(earlier)) return { rollback: earlier, outcome: 'known' };
    const asked = { ...claim, ...serving, now: now() };
    if (pointer.fallbackReleaseId === '') {
      await store.commit(refuseToAsk(asked, NO_FALLBACK, asked.now), now());
      throw new Refusal('RollbackImpossible', NO_FALLBACK);
    }
    const { change, rollback } = requestRollback(asked);
    await store.commit(change, now());
    return { rollback, outcome: 'requested' };
  });

type Serving = { readonly pointer: ServingPointer; readonly current: Release; readonly earlier: Rollback | undefined };

/**
 * The release that a model serves, and the rollback requested for it earlier, if any. Refuses if nothing is in
 * production.
 */
export const servingOf = async (modelName: string, store: Pick<ReleaseStore, 'get'>): Promise<Serving> => {
  const pointer = await store.get('pointer', modelName);
  const current = isServing(pointer) ? await store.get('release', pointer.releaseId) : undefined;
  if (!isServing(pointer) || current === undefined) {
    throw new Refusal('NotFound', `${modelName} has no release in production`);
  }
  return { pointer, current, earlier: await rollbackOf(pointer, store) };
};

/** Whose the endpoint is that the model serves from. */
export const endpointOf = async (
  pointer: Pointer | undefined,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Endpoint | undefined> =>
  pointer === undefined ? undefined : store.get('endpoint', endpointId(pointer.endpointName));

/** The latest rollback requested for what is in production. */
export const rollbackOf = async (
  pointer: Pointer | undefined,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Rollback | undefined> =>
  pointer === undefined ? undefined : store.get('rollback', rollbackId(pointer.modelName, pointer.epoch));

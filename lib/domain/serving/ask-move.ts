import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { recordRefusal, withinBound } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import { type Endpoint, endpointId, ownerProblem } from '../records/endpoint.ts';
import { type EndpointMove, isStuck, movingReason } from '../records/endpoint-move.ts';
import { isRestoring, isUnderWay } from '../records/rollback.ts';
import { Refusal } from '../refusal.ts';
import { type InProduction, requireReadable } from '../release/in-production.ts';
import type { Actor } from '../release/release-event.ts';
import { type Serving, servingOf } from './ask-rollback.ts';
import { refuseToMove, requestMove, resumeMove } from './move-steps.ts';
import { formerOwnerProblem } from './strange-endpoint.ts';

export type MoveClaim = {
  readonly modelName: string;
  readonly endpointName: string;
  readonly actor: Actor;
  readonly reason: string;
};

/**
 * Afterwards exactly one move of what is in production to this endpoint is under way, or has ended there. Asking again
 * finds that one, and starts another execution for it if nobody works on it any more. Refuses, on record, what would
 * leave two endpoints serving or take one that is another model's.
 */
export const askMove = (
  claim: MoveClaim,
  store: ReleaseStore,
  now: () => Instant,
): Promise<{ move: EndpointMove; outcome: 'requested' | 'known' }> =>
  untilCommitted(async () => {
    const serving = await servingOf(claim.modelName, store);
    const { pointer, move } = serving;
    const [from, to] = await Promise.all([
      store.get('endpoint', endpointId(pointer.endpointName)),
      store.get('endpoint', endpointId(claim.endpointName)),
    ]);
    const at = now();
    const held = (change: Change) => expecting(change, pointer, move, serving.earlier, from, to);
    if (move !== undefined && isSought(move, claim)) {
      if (isStuck(move, at)) await store.commit(held(resumeMove(move, serving.current, claim.actor, at)), at);
      return { move, outcome: 'known' };
    }
    const inProduction = to === undefined ? requireReadable(await store.releasesInProduction()) : [];
    const facts = { ...serving, from, to, inProduction, claim, now: at };
    const why = whyNot(facts);
    if (why !== undefined) {
      const about = [claim.modelName, claim.endpointName, why];
      await recordRefusal(held(refuseToMove(facts, why)), { bound: 'move', by: [claim.actor.id], about }, store, at);
      throw new Refusal('MoveImpossible', why);
    }
    const requested = requestMove(facts);
    const asked = { bound: 'move_begun' as const, by: [claim.actor.id] };
    await store.commit(await withinBound(held(requested.change), asked, store, at), at);
    return { move: requested.move, outcome: 'requested' };
  });

/** The move that is asked for has begun or has ended, and was not refused for good. */
const isSought = (move: EndpointMove, { endpointName }: MoveClaim): boolean =>
  move.toEndpointName === endpointName && (move.status !== 'refused' || move.settledAt === undefined);

type Facts = Serving & {
  readonly from: Endpoint | undefined;
  readonly to: Endpoint | undefined;
  /** The releases of all models that are in production. Looked at only if the new endpoint has no owner. */
  readonly inProduction: readonly InProduction[];
  readonly claim: MoveClaim;
  readonly now: Instant;
};

/** Why what serves cannot be moved there now; undefined if it can. */
const whyNot = ({ pointer, earlier, move, from, to, inProduction, claim, now }: Facts): string | undefined => {
  const { modelName, endpointName: current } = pointer;
  const { endpointName } = claim;
  if (endpointId(current) === endpointId(endpointName)) return `${modelName} serves from ${current} already`;
  if (move !== undefined && move.settledAt === undefined) {
    return `${movingReason(move)}; ask for that move again if it does not end`;
  }
  // The move would delete an endpoint that serves what was refused, and nobody would hear of that.
  if (earlier !== undefined && isRestoring(earlier, now))
    return `${earlier.rollbackId} was refused, and ${current} is not restored yet`;
  if (isUnderWay(earlier)) return `${earlier.rollbackId} is under way`;
  const wanted = { endpointName, modelName };
  return ownerProblem(to, wanted) ?? formerOwnerProblem(wanted, inProduction) ?? ownerProblem(from, pointer);
};

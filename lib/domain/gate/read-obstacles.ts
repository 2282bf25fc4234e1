import type { ForceFacts } from '../approval/in-force.ts';
import { readForce } from '../approval/read-force.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import { endpointId } from '../records/endpoint.ts';
import { ALL_MODELS, type Line, type LineScope, neverStopped } from '../records/line.ts';
import type { Pointer } from '../records/pointer.ts';
import { endpointNameOf, type Reason, type Release } from '../release/release.ts';
import { rollbackOf } from '../serving/ask-rollback.ts';
import { judgeOutlook } from './gate.ts';
import { type ObstacleFacts, obstacles } from './obstacles.ts';

type Outlook = { readonly reasons: readonly Reason[]; readonly facts: (ObstacleFacts & ForceFacts) | undefined };

/**
 * Why a release does not go to production as things stand, whatever people decide, and by which facts; no reason if nothing stands
 * in its way, or if it does not wait for anything any more. Nothing is decided by it: each step of the promotion reads and judges for itself.
 */
export const readObstacles = async (
  release: Release,
  store: Pick<ReleaseStore, 'get' | 'list'>,
  now: Instant,
): Promise<Outlook> => {
  if (!isWaiting(release)) return { reasons: [], facts: undefined };
  const [rows, force] = await Promise.all([readObstacleRows(release, store), readForce(store, release)]);
  const facts = { release, ...rows, ...force, now };
  return { reasons: obstaclesNow(facts), facts };
};

const isWaiting = ({ state }: Release): boolean => state === 'validated' || state === 'approved';

/** The same, where the rows were read already. */
export const obstaclesNow = (facts: ObstacleFacts & ForceFacts): readonly Reason[] => {
  if (!isWaiting(facts.release)) return [];
  if (facts.release.state === 'validated') return obstacles(facts, 'order');
  const decision = judgeOutlook(facts);
  return decision.outcome === 'deny' ? decision.reasons : [];
};

/** The rows that can stand between a release and production. A step that judges by them holds them all. The pointer may be on its way. */
export const readObstacleRows = async (
  release: Release,
  store: Pick<ReleaseStore, 'get'>,
  asked: Promise<Pointer | undefined> = store.get('pointer', release.modelName),
): Promise<Omit<ObstacleFacts, 'release'>> => {
  const [pointer, rollback, served, hold, endpoint, move, lines, breakGlass] = await Promise.all([
    asked,
    asked.then((pointer) => rollbackOf(pointer, store)),
    store.get('served_versions', release.modelName),
    store.get('hold', release.modelName),
    store.get('endpoint', endpointId(endpointNameOf(release))),
    store.get('endpoint_move', release.modelName),
    readLines(release, store),
    store.get('break_glass', release.modelName),
  ]);
  return { pointer, rollback, move, hold, ...lines, breakGlass, served, endpoint };
};

/** Whether promotions are stopped. What was never stopped is a row, too, so that a step can hold that. */
export const readLines = async (
  { modelName }: Pick<Release, 'modelName'>,
  store: Pick<ReleaseStore, 'get'>,
): Promise<Pick<ObstacleFacts, 'wholeLine' | 'ownLine'>> => {
  const [wholeLine, ownLine] = await Promise.all([readLine(store, ALL_MODELS), readLine(store, modelName)]);
  return { wholeLine, ownLine };
};

export const readLine = async (store: Pick<ReleaseStore, 'get'>, scope: LineScope): Promise<Line> =>
  (await store.get('line', scope)) ?? neverStopped(scope);

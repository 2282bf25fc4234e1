import type { Instant } from '../identifiers.ts';
import type { BreakGlass } from '../records/break-glass.ts';
import { type Endpoint, ownerProblem } from '../records/endpoint.ts';
import { type EndpointMove, moveProblem } from '../records/endpoint-move.ts';
import { NO_ROLLBACK_TARGET, wayBackOf } from '../records/evidence-digest.ts';
import { type Hold, heldReason, isHeld } from '../records/hold.ts';
import { type Line, stoppedReasons } from '../records/line.ts';
import { endpointProblem, isServing, type Pointer } from '../records/pointer.ts';
import { isUnderWay, type Rollback } from '../records/rollback.ts';
import { type ServedVersions, versionProblem } from '../records/served-versions.ts';
import { endpointNameOf, type Reason, type Release } from '../release/release.ts';
import { changedPackageReasons } from '../serving/departures.ts';
import { type Asking, debtReasons, openedBy } from './break-glass.ts';

export type ObstacleFacts = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  /** The latest rollback requested for what is in production, if there is one. */
  readonly rollback: Rollback | undefined;
  /** The last move of what serves to another endpoint. */
  readonly move: EndpointMove | undefined;
  /** The hold of the model's last rollback, released or not. */
  readonly hold: Hold | undefined;
  /** Whether promotions are stopped: those of all models, and those of this one. */
  readonly wholeLine: Line;
  readonly ownLine: Line;
  /** The last break-glass of the model. */
  readonly breakGlass: BreakGlass | undefined;
  /** The versions of the model that have been in production. */
  readonly served: ServedVersions | undefined;
  /** Whose the endpoint is that the release is to serve from; undefined if no model has been promoted to it. */
  readonly endpoint: Endpoint | undefined;
};

/**
 * What stands between a release and production apart from the release itself: another release was promoted, what is in
 * production is being rolled back or moved, a rollback holds the model, the line is stopped, a break-glass was not documented in time, the package was changed, or the endpoint is not
 * the model's. A break-glass opens the line and nothing else of it. The gate asks it, and so do those who decide: what they approve would not be promoted as things stand.
 */
export const obstacles = (facts: ObstacleFacts & { readonly now: Instant }, asking: Asking): Reason[] => [
  ...wayBackReasons(facts),
  ...versionReasons(facts),
  ...endpointReasons(facts),
  ...holdReasons(facts),
  ...openedBy(lineReasons(facts), facts, asking).closed,
  ...debtReasons(facts),
  ...changedPackageReasons(facts.release),
];

type WayBackFacts = Pick<ObstacleFacts, 'release' | 'pointer' | 'rollback' | 'move' | 'served'>;

export const wayBackReasons = ({ release, pointer, rollback, move, served }: WayBackFacts): Reason[] => {
  // The rollback and the promotion would update the same endpoint, and the rollback takes away the very release that
  // people agreed to go back to.
  if (isUnderWay(rollback)) return [reason('rollback', `${rollback.rollbackId} is under way`)];
  const moving = moveReasons({ release, move });
  if (moving.length > 0) return moving;
  const wayBack = wayBackOf(pointer);
  if (wayBack === release.rollbackTarget || wayBack === release.releaseId) return [];
  const live = isServing(pointer) ? `${named(wayBack, served)} has been in production since ${pointer.since}` : NOTHING;
  const target = named(release.rollbackTarget, served);
  return [reason('rollback_target', `${live}; when this release was evaluated, its way back was ${target}`)];
};

const NOTHING = 'nothing is in production now';

/** A release by its version, which people know it by, where it has served. */
const named = (releaseId: string | undefined, served: ServedVersions | undefined): string => {
  if (releaseId === NO_ROLLBACK_TARGET) return 'nothing';
  const [version] = Object.entries(served?.releases ?? {}).find(([, id]) => id === releaseId) ?? [];
  return version === undefined ? String(releaseId) : `${version} (${releaseId})`;
};

const moveReasons = ({ release, move }: Pick<ObstacleFacts, 'release' | 'move'>): Reason[] => {
  const problem = moveProblem(move, endpointNameOf(release));
  return problem === undefined ? [] : [reason('move', problem)];
};

/** The intake checked this too, but another release of this version may have been promoted since. */
export const versionReasons = ({ release, served }: Pick<ObstacleFacts, 'release' | 'served'>): Reason[] => {
  const problem = versionProblem(served, release);
  return problem === undefined ? [] : [reason('model_version', problem)];
};

type EndpointFacts = Pick<ObstacleFacts, 'release' | 'pointer' | 'endpoint'>;

/**
 * The intake checked this too, but another model may have been promoted to the endpoint since, or what serves may have been
 * moved to another one.
 */
export const endpointReasons = ({ release, pointer, endpoint }: EndpointFacts): Reason[] => {
  const { modelName } = release;
  const endpointName = endpointNameOf(release);
  return [ownerProblem(endpoint, { modelName, endpointName }), endpointProblem(pointer, endpointName)].flatMap(
    (problem) => (problem === undefined ? [] : [reason('endpoint', problem)]),
  );
};

export const holdReasons = ({ hold }: Pick<ObstacleFacts, 'hold'>): Reason[] =>
  isHeld(hold) ? [reason('hold', heldReason(hold))] : [];

export const lineReasons = ({ wholeLine, ownLine }: Pick<ObstacleFacts, 'wholeLine' | 'ownLine'>): Reason[] =>
  [wholeLine, ownLine].flatMap(stoppedReasons).map((why) => reason('line', why));

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });

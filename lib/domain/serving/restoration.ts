/** Establishes what to do next until an endpoint serves what the pointer names, after a promotion or a rollback that flipped nothing. */

import type { Instant } from '../identifiers.ts';
import { HOUR_MS, millisecondsOf } from '../instant.ts';
import type { Endpoint } from '../records/endpoint.ts';
import { endpointProblem, isServing, type Pointer } from '../records/pointer.ts';
import { isUnderWay, mayWait, NOTHING, type Rollback } from '../records/rollback.ts';
import { strategyMs } from '../release/deployment-strategy.ts';
import { endpointNameOf, type Release, requireEstablished } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';

export type Restoration =
  | { readonly act: 'point_back'; readonly endpointConfigName: string }
  /** `settled`: there is nothing to restore. `restored`: the endpoint serves what the pointer names, or is gone. */
  | { readonly act: 'delete' | 'wait' | 'restored' | 'settled' }
  /** A person has to act, and the ledger says what serves. */
  | { readonly act: 'give_up'; readonly why: string };

type Facts = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  /** The latest rollback requested for what is in production, if there is one. */
  readonly rollback: Rollback | undefined;
  /** The endpoint that the release was deployed to; undefined if there is none. */
  readonly endpoint: FoundEndpoint | undefined;
  /** Whose it is; undefined if a former version deployed the release. */
  readonly owner: Endpoint | undefined;
  readonly now: Instant;
};

/**
 * An hour from the end of the attempt. An update takes minutes; one that rolls itself back is ordered again within it. One with a
 * strategy may have begun just before, and SageMaker takes no other order until it ends.
 */
const PATIENCE_MS = HOUR_MS;

/**
 * Whether an endpoint may serve a release that was not promoted. A promotion that breaks after its flip has nothing to
 * restore: what it deployed is, or was, in production. One that ended since, because it was withdrawn or has expired, has.
 */
export const mayServeUnpromoted = ({ state, endpointConfigName }: Release): boolean =>
  endpointConfigName !== undefined && ['approved', 'rejected', 'expired'].includes(state);

/**
 * For a release that was denied, that failed, or whose promotion broke: the endpoint is pointed back to what is in
 * production, or deleted if nothing is. An endpoint that serves something else by now is never touched.
 */
export const restorationOf = (facts: Facts): Restoration => {
  const { release, endpoint, now } = facts;
  const more = strategyMsAt(endpoint, release);
  const isLate = millisecondsOf(now) - millisecondsOf(release.updatedAt) >= PATIENCE_MS + more;
  const beyond = more === 0 ? '' : ' beyond what its strategy may take';
  return unlessLate(nextOf(facts), isLate, `${endpointNameOf(release)} could not be changed within an hour${beyond}`);
};

const nextOf = (facts: Facts): Restoration => {
  const { release, pointer, rollback, endpoint, owner } = facts;
  const endpointName = endpointNameOf(release);
  const denied = requireEstablished(release, 'endpointConfigName');
  if (endpointProblem(pointer, endpointName) !== undefined) return nextElsewhere(facts, denied);
  const wanted = isServing(pointer) ? pointer.endpointConfigName : undefined;
  if (endpoint === undefined) return wanted === undefined ? { act: 'restored' } : gone(endpointName);
  if (!isAnyOf([denied, wanted], endpoint)) return foreign(endpointName, endpoint, wanted, owner);
  if (mustWait(rollback, endpoint)) return { act: 'wait' };
  if (wanted !== undefined) return pointBack(endpointName, wanted, endpoint);
  return isMadeFor(release, endpoint, owner)
    ? { act: 'delete' }
    : giveUp(`${endpointName} was not created for this release, and nothing is in production`);
};

/**
 * What is in production was moved meanwhile, and the move deletes its former endpoint; not one that came into being after that. It is
 * settled only once nothing there serves what was denied.
 */
const nextElsewhere = ({ release, rollback, endpoint, owner }: Facts, denied: string): Restoration => {
  if (endpoint === undefined || !isAnyOf([denied], endpoint)) return { act: 'settled' };
  if (mustWait(rollback, endpoint)) return { act: 'wait' };
  if (isMadeFor(release, endpoint, owner)) return { act: 'delete' };
  if (owner?.status === 'leaving') return { act: 'wait' };
  const where = `${release.modelName} serves from another endpoint`;
  return giveUp(`${endpointNameOf(release)} serves ${endpoint.serves}, and was not created for this release; ${where}`);
};

/** An endpoint that serves neither what was denied nor what is in production. */
const foreign = (
  endpointName: string,
  { serves, headsFor }: FoundEndpoint,
  wanted: string | undefined,
  owner: Endpoint | undefined,
): Restoration => {
  // SageMaker rolled the first deployment to an adopted endpoint back by itself.
  const isAsAdopted = wanted === undefined && serves === owner?.endpointConfigName && headsFor === serves;
  return isAsAdopted
    ? { act: 'restored' }
    : giveUp(`${endpointName} serves ${serves}, and not what is in production, which is ${wanted ?? 'nothing'}`);
};

/** Two clocks may differ, or one of them leave out milliseconds. An endpoint takes minutes before it can be adopted. */
const SKEW_MS = 60_000;

/**
 * Whether an endpoint was created for this release. The owner of an endpoint is noted before the endpoint is ordered, but
 * long after it was created if an operator adopted it; a former version noted none. Only people know what another
 * endpoint should serve.
 */
const isMadeFor = (release: Release, { createdAt }: FoundEndpoint, owner: Endpoint | undefined): boolean => {
  const isLaterThan = (instant: Instant, skew = 0) => millisecondsOf(createdAt) + skew >= millisecondsOf(instant);
  const isAdopted = owner !== undefined && !isLaterThan(owner.since, SKEW_MS);
  return isLaterThan(requireEstablished(release, 'approvedAt')) && !isAdopted;
};

/**
 * For how much longer than an update at once a promotion may keep an endpoint. One that comes into being serves what it heads for from
 * the beginning, and no strategy applies to it.
 */
export const strategyMsAt = (endpoint: FoundEndpoint | undefined, release: Release): number => {
  const isCreated = endpoint?.condition === 'under_way' && endpoint.serves === endpoint.headsFor;
  return isCreated && endpoint.serves === release.endpointConfigName ? 0 : strategyMs(release);
};

/** For a rollback that was refused, or that broke, after it had ordered its fallback or the deletion of the endpoint. */
export const restorationAfter = (
  refused: Rollback,
  pointer: Pointer,
  endpoint: FoundEndpoint | undefined,
  now: Instant,
): Restoration => {
  const { endpointName } = pointer;
  const isLate = !mayWait(refused, 'restoration', now);
  return unlessLate(
    nextAfter(refused, pointer, endpoint),
    isLate,
    `${endpointName} could not be changed within three hours`,
  );
};

const nextAfter = (
  { endpointConfigName: ordered, toReleaseId }: Rollback,
  pointer: Pointer,
  endpoint: FoundEndpoint | undefined,
): Restoration => {
  const { endpointName, endpointConfigName: wanted } = pointer;
  const isDeletion = toReleaseId === NOTHING;
  if (!isServing(pointer) || (ordered === undefined && !isDeletion)) return { act: 'settled' };
  if (endpoint === undefined) return gone(endpointName);
  if (!isAnyOf([ordered, wanted], endpoint)) {
    // A deletion that was refused because of what serves names it as its reason.
    return ordered === undefined ? { act: 'settled' } : foreign(endpointName, endpoint, wanted, undefined);
  }
  if (mustWait(undefined, endpoint)) return { act: 'wait' };
  return ordered === undefined ? { act: 'settled' } : pointBack(endpointName, wanted, endpoint);
};

const isAnyOf = (ours: readonly (string | undefined)[], { serves, headsFor }: FoundEndpoint): boolean =>
  ours.includes(serves) || ours.includes(headsFor);

/**
 * While the endpoint accepts no change: the update of another actor may still fall back to what was denied. And while a
 * rollback takes it straight to an earlier release, the one that is rolled back must not be restored first.
 */
const mustWait = (rollback: Rollback | undefined, { condition }: FoundEndpoint): boolean =>
  condition === 'under_way' || isUnderWay(rollback);

const pointBack = (endpointName: string, wanted: string, { serves, condition }: FoundEndpoint): Restoration => {
  if (serves !== wanted) return { act: 'point_back', endpointConfigName: wanted };
  return condition === 'in_service' ? { act: 'restored' } : giveUp(`${endpointName} is broken under ${wanted}`);
};

const giveUp = (why: string): Restoration => ({ act: 'give_up', why });
const gone = (endpointName: string): Restoration => giveUp(`endpoint ${endpointName} is not there any more`);

/** Nothing waits for ever: people have to learn what serves. */
const unlessLate = (next: Restoration, isLate: boolean, why: string): Restoration =>
  isLate && (next.act === 'wait' || next.act === 'delete' || next.act === 'point_back') ? giveUp(why) : next;

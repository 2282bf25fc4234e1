/** Restores an endpoint after a release was denied, or a rollback refused, that had been deployed to it already. */

import type { Change } from '../change/change.ts';
import { published } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { type Endpoint, freeing } from '../records/endpoint.ts';
import { endpointProblem, isServing, type Pointer } from '../records/pointer.ts';
import { isUnderWay, type Rollback } from '../records/rollback.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { FoundEndpoint } from './deployer.ts';

/** Recorded as the endpoint configuration if nothing is in production. */
const NOTHING = 'none';

type Facts = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  /** The latest rollback requested for what is in production, if there is one. */
  readonly rollback: Rollback | undefined;
  /** The endpoint that the release was deployed to; undefined if there is none. */
  readonly endpoint: FoundEndpoint | undefined;
  /** Whose it is; undefined if a former version deployed the release. */
  readonly owner: Endpoint | undefined;
};

export type Restoration =
  | { readonly act: 'point_back'; readonly endpointConfigName: string }
  /** `leave`: it serves neither the denied release nor what is in production, so another actor has changed it meanwhile. */
  | { readonly act: 'delete' | 'wait' | 'restored' | 'leave' | 'not_ours' };

/**
 * Establishes what to do next until a denied release no longer serves: the endpoint is pointed back to what is in
 * production, or deleted if nothing is. An endpoint that serves something else by now is never touched.
 */
export const restorationOf = ({ release, pointer, rollback, endpoint, owner }: Facts): Restoration => {
  const wanted = isServing(pointer) ? pointer.endpointConfigName : undefined;
  if (endpoint === undefined) return { act: wanted === undefined ? 'restored' : 'leave' };
  const denied = requireEstablished(release, 'endpointConfigName');
  // What serves was moved meanwhile, and the move deletes its former endpoint; not one that came into being after that.
  const isElsewhere = endpointProblem(pointer, release.manifest.deployment.endpoint_name) !== undefined;
  const obstacle = findObstacle(isElsewhere ? [denied] : [denied, wanted], rollback, endpoint);
  if (obstacle !== undefined) return { act: obstacle };
  if (isElsewhere) return { act: isMadeFor(release, endpoint, owner) ? 'delete' : 'leave' };
  if (wanted !== undefined) return pointBack(wanted, endpoint);
  return { act: isMadeFor(release, endpoint, owner) ? 'delete' : 'not_ours' };
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
 * Establishes what to do next until the endpoint serves what is in production again, after a rollback was refused that
 * had ordered its fallback already.
 */
export const restorationAfter = (
  refused: Rollback,
  pointer: Pointer,
  endpoint: FoundEndpoint | undefined,
): Restoration => {
  const { endpointConfigName: ordered } = refused;
  const { endpointConfigName: wanted } = pointer;
  if (ordered === undefined || endpoint === undefined) return { act: 'leave' };
  const obstacle = findObstacle([ordered, wanted], refused, endpoint);
  return obstacle === undefined ? pointBack(wanted, endpoint) : { act: obstacle };
};

/** Why an endpoint must not be changed now; undefined if it serves one of these configurations and accepts an order. */
const findObstacle = (
  ours: readonly (string | undefined)[],
  rollback: Rollback | undefined,
  endpoint: FoundEndpoint,
): 'leave' | 'wait' | undefined => {
  if (!ours.includes(endpoint.serves) && !ours.includes(endpoint.headsFor)) return 'leave';
  // The endpoint accepts no change now, and the update of another actor may still fall back to the denied release.
  if (endpoint.condition === 'under_way') return 'wait';
  // The rollback takes the endpoint straight to an earlier release; the release that it rolls back must not be restored
  // first.
  return isUnderWay(rollback) ? 'wait' : undefined;
};

const pointBack = (wanted: string, { serves, condition }: FoundEndpoint): Restoration => {
  if (serves !== wanted) return { act: 'point_back', endpointConfigName: wanted };
  return { act: condition === 'in_service' ? 'restored' : 'leave' };
};

type Restored = {
  readonly pointer: Pointer | undefined;
  /** Whose the endpoint is. */
  readonly owner: Endpoint | undefined;
};

/**
 * Records that the denied release no longer serves. Its endpoint configuration is cleared, so that repeating the step
 * finds nothing to do. If nothing of its model is in production, the endpoint is gone, and its name is free again.
 */
export const recordRestored = (release: Release, { pointer, owner }: Restored, now: Instant): Change => {
  const { endpointConfigName: _, ...undeployed } = release;
  const after: Release = { ...undeployed, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'endpoint_restored',
      idempotency_key: `${release.releaseId}:restored:${release.version}`,
      details: {
        endpoint: release.manifest.deployment.endpoint_name,
        endpoint_config: isServing(pointer) ? pointer.endpointConfigName : NOTHING,
      },
    }),
    writes: [{ kind: 'replace', entity: after }, ...(isServing(pointer) ? [] : freeing(owner, release.modelName))],
    intents: [published('Endpoint Restored', after)],
  };
};

/** Records that the fallback of a refused rollback no longer serves. Its endpoint configuration is cleared likewise. */
export const recordRestoredAfter = (refused: Rollback, current: Release, pointer: Pointer): Change => {
  const { endpointConfigName: _, ...after } = refused;
  return {
    model: refused.modelName,
    event: releaseEvent(current, ASSAY, {
      event_type: 'endpoint_restored',
      idempotency_key: `${refused.rollbackId}:restored:${refused.version}`,
      linked_incident: refused.linkedIncident,
      details: { endpoint: pointer.endpointName, endpoint_config: pointer.endpointConfigName },
    }),
    writes: [
      { kind: 'replace', entity: after },
      { kind: 'expect', entity: current },
    ],
    intents: [published('Endpoint Restored', current)],
  };
};

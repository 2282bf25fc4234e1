/** The changes that end a restoration: the endpoint serves what the pointer names, or the ledger says what it serves instead. */

import type { Change } from '../change/change.ts';
import { failureNotices } from '../change/notice.ts';
import { published } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { type Endpoint, freeing } from '../records/endpoint.ts';
import { isServing, type Pointer } from '../records/pointer.ts';
import type { Rollback } from '../records/rollback.ts';
import { endpointNameOf, type Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { FoundEndpoint } from './deployer.ts';

/** Recorded as the configuration if nothing is in production, or if there is no endpoint. */
const NONE = 'none';

/** The rule of the reason that a release keeps if its endpoint could not be restored. */
const GIVEN_UP = 'restoration';

/** Whether it is on record that the endpoint of a release could not be restored. The next attempt begins without it. */
export const isGivenUp = ({ reasons }: Release): boolean => reasons.some(({ rule }) => rule === GIVEN_UP);

type Facts = {
  readonly pointer: Pointer | undefined;
  /** Whose the endpoint is. */
  readonly owner: Endpoint | undefined;
  /** The endpoint as it was found; undefined if it is gone. */
  readonly endpoint: FoundEndpoint | undefined;
};

/**
 * Records that the denied release no longer serves. Its endpoint configuration is cleared, so that repeating the step
 * finds nothing to do. If its endpoint is gone, the name is free again.
 */
export const recordRestored = (release: Release, facts: Facts, now: Instant): Change => {
  const after: Release = { ...undeployed(release), updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'endpoint_restored',
      idempotency_key: `${release.releaseId}:restored:${release.version}`,
      details: {
        endpoint: endpointNameOf(release),
        endpoint_config: wantedAt(endpointNameOf(release), facts.pointer) ?? facts.endpoint?.serves ?? NONE,
      },
    }),
    writes: [{ kind: 'replace', entity: after }, ...(facts.endpoint === undefined ? freed(release, facts) : [])],
    intents: [published('Endpoint Restored', after), ...failureNotices(after)],
  };
};

/**
 * Records that the endpoint of a release could not be restored, why, and what it serves. A person has to act. If that is
 * nothing that Assay ordered, the endpoint is no longer the model's.
 */
export const recordNotRestored = (release: Release, facts: Facts & { readonly why: string }, now: Instant): Change => {
  const { endpoint, pointer } = facts;
  const explanation = cut(facts.why, 1024);
  const isDeployed = [endpoint?.serves, endpoint?.headsFor].includes(release.endpointConfigName);
  const after: Release = {
    ...(isDeployed ? release : undeployed(release)),
    reasons: [...release.reasons, { rule: GIVEN_UP, evidence: '', explanation }],
    updatedAt: now,
  };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'endpoint_not_restored',
      idempotency_key: `${release.releaseId}:not_restored:${release.version}`,
      reason: explanation,
      details: {
        endpoint: endpointNameOf(release),
        endpoint_config: wantedAt(endpointNameOf(release), pointer) ?? NONE,
        ...served(endpoint),
      },
    }),
    writes: [{ kind: 'replace', entity: after }, ...(isDeployed ? [] : freed(release, facts))],
    intents: [published('Endpoint Not Restored', after), ...failureNotices(after)],
  };
};

/**
 * Records that there is nothing to restore any more: what is in production serves from another endpoint by now, and this one is none of
 * the release's. Its configuration is cleared, and people hear that the deployment failed, as after a restoration.
 */
export const recordSettled = (release: Release, { endpoint }: Pick<Facts, 'endpoint'>, now: Instant): Change => {
  const after: Release = { ...undeployed(release), updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'restoration_settled',
      idempotency_key: `${release.releaseId}:settled:${release.version}`,
      details: { endpoint: endpointNameOf(release), ...served(endpoint) },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [published('Restoration Settled', after), ...failureNotices(after)],
  };
};

const undeployed = ({ endpointConfigName: _, createsEndpoint: __, ...release }: Release): Release => release;

/** What an endpoint should serve: nothing, if what is in production serves from another one. */
const wantedAt = (endpointName: string, pointer: Pointer | undefined): string | undefined =>
  isServing(pointer) && pointer.endpointName === endpointName ? pointer.endpointConfigName : undefined;

const served = (endpoint: FoundEndpoint | 'unknown' | undefined) =>
  endpoint === 'unknown'
    ? { serves: endpoint, heads_for: endpoint }
    : { serves: endpoint?.serves ?? NONE, heads_for: endpoint?.headsFor ?? NONE };

/** The endpoint of what is in production stays the model's. */
const freed = ({ modelName }: Release, { pointer, owner }: Facts) =>
  isServing(pointer) ? [] : freeing(owner, modelName);

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

type NotRestored = {
  readonly current: Release;
  readonly pointer: Pointer;
  readonly why: string;
  /** The endpoint as it was found; undefined if it is gone. */
  readonly endpoint: FoundEndpoint | 'unknown' | undefined;
  readonly now: Instant;
};

/** Records that the endpoint could not be restored after a refused rollback, why, and what it serves. */
export const recordNotRestoredAfter = (
  refused: Rollback,
  { current, pointer, why, endpoint, now }: NotRestored,
): Change => ({
  model: refused.modelName,
  event: releaseEvent(current, ASSAY, {
    event_type: 'endpoint_not_restored',
    idempotency_key: `${refused.rollbackId}:not_restored:${refused.version}`,
    linked_incident: refused.linkedIncident,
    reason: cut(why, 1024),
    details: { endpoint: pointer.endpointName, endpoint_config: pointer.endpointConfigName, ...served(endpoint) },
  }),
  writes: [
    { kind: 'replace', entity: { ...refused, givenUpAt: now } },
    { kind: 'expect', entity: current },
  ],
  intents: [published('Endpoint Not Restored', current)],
});

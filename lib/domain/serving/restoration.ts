/** What becomes of an endpoint whose release the gate denied only after it was deployed. */

import type { Change } from '../change/change.ts';
import { published } from '../change/published.ts';
import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import type { Pointer } from '../records/pointer.ts';
import { isUnderWay, type Rollback } from '../records/rollback.ts';
import { type Release, requireEstablished } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import type { FoundEndpoint } from './deployer.ts';

/** What an endpoint serves that is not there. */
const NOTHING = 'none';

type Facts = {
  readonly release: Release;
  readonly pointer: Pointer | undefined;
  /** The last rollback that was asked for of what is in production, if there is one. */
  readonly rollback: Rollback | undefined;
  /** The endpoint that the release was deployed to; undefined if there is none. */
  readonly endpoint: FoundEndpoint | undefined;
};

export type Restoration =
  | { readonly act: 'point_back'; readonly endpointConfigName: string }
  /** `leave`: it serves neither the denied release nor what is in production, so another actor has changed it meanwhile. */
  | { readonly act: 'delete' | 'wait' | 'restored' | 'leave' | 'not_ours' };

/**
 * Establishes what has to happen until a denied release serves no more: the endpoint goes back to what is in production, or
 * goes if nothing is. Whatever serves something else meanwhile is never touched.
 */
export const restorationOf = ({ release, pointer, rollback, endpoint }: Facts): Restoration => {
  const denied = requireEstablished(release, 'endpointConfigName');
  const wanted = pointer?.endpointConfigName;
  if (endpoint === undefined) return { act: wanted === undefined ? 'restored' : 'leave' };
  const concerns = [endpoint.serves, endpoint.headsFor];
  if (!concerns.some((config) => config === denied || config === wanted)) return { act: 'leave' };
  // It takes no order now, and another actor's update may still fall back to what was denied.
  if (endpoint.condition === 'under_way') return { act: 'wait' };
  // It takes the endpoint further back in one go; what it goes back from must not come first.
  if (isUnderWay(rollback)) return { act: 'wait' };
  if (endpoint.serves === wanted) return { act: endpoint.condition === 'in_service' ? 'restored' : 'leave' };
  if (wanted !== undefined) return { act: 'point_back', endpointConfigName: wanted };
  // Older than the approval, so it was not made for this release: only people know what it served and still should.
  const isOurs = millisecondsOf(endpoint.createdAt) >= millisecondsOf(requireEstablished(release, 'approvedAt'));
  return { act: isOurs ? 'delete' : 'not_ours' };
};

/** The denied release serves no more: it has no configuration from now on, so saying it again finds nothing to do. */
export const recordRestored = (release: Release, pointer: Pointer | undefined, now: Instant): Change => {
  const { endpointConfigName: _, ...undeployed } = release;
  const after: Release = { ...undeployed, updatedAt: now };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'endpoint_restored',
      idempotency_key: `${release.releaseId}:restored:${release.version}`,
      details: {
        endpoint: release.manifest.deployment.endpoint_name,
        endpoint_config: pointer?.endpointConfigName ?? NOTHING,
      },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [published('Endpoint Restored', after)],
  };
};

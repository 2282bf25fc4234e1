import type { Instant } from '../identifiers.ts';
import type { Endpoint } from '../records/endpoint.ts';
import { type EndpointMove, endpointToClose } from '../records/endpoint-move.ts';
import type { Pointer } from '../records/pointer.ts';
import { type Rollback, whileBusy } from '../records/rollback.ts';
import { type Reason, type Release, requireEstablished } from '../release/release.ts';
import type { FoundEndpoint } from './deployer.ts';
import { servingReasons } from './rollback-steps.ts';

type Facts = {
  readonly rollback: Rollback;
  readonly pointer: Pointer;
  /** What is taken back. */
  readonly current: Release;
  /** The endpoint that the pointer names, with what it serves; undefined if there is none any more. */
  readonly endpoint: (FoundEndpoint & { readonly packages: readonly string[] }) | undefined;
  /** The last move to another endpoint. Until it has settled, the model may serve from an endpoint of its as well. */
  readonly move: EndpointMove | undefined;
  /** Whose it is; undefined if a former version promoted the release. */
  readonly owner: Endpoint | undefined;
  readonly now: Instant;
};

export type Withdrawal =
  /** `wait_long`: for something that takes hours. */
  | { readonly act: 'gone' | 'wait' | 'wait_long' | 'delete' }
  | { readonly act: 'refuse'; readonly reasons: readonly Reason[] };

/**
 * Establishes what to do next until nothing of a model serves. What is deleted is an endpoint that serves a release of
 * this model; one that serves something else by now is never touched, and a person must look. Neither is one that was to be taken
 * down for what it served, and serves what people approved again.
 */
export const withdrawalOf = (facts: Facts): Withdrawal => {
  const { rollback, pointer, current, endpoint, move, owner, now } = facts;
  const reasons = servingReasons(rollback, pointer, owner);
  if (reasons.length > 0) return { act: 'refuse', reasons };
  const { endpointName } = pointer;
  const left = endpoint === undefined ? endpointLeftBy(move) : endpointName;
  if (left === undefined) return { act: 'gone' };
  if (endpoint === undefined || endpoint.condition === 'under_way') {
    const next = whileBusy(rollback, endpoint?.endsBy, now);
    if (next === 'late') return refuse(`endpoint ${left} could not be deleted in an hour`);
    return { act: next === 'busy' ? 'wait' : 'wait_long' };
  }
  // What was found there and nobody approved is what the rollback is for. Anything else that came since is not.
  if (isRestored(facts, endpoint)) return refuse(`endpoint ${endpointName} serves what is in production again`);
  const ours = [pointer.endpointConfigName, rollback.quarantined];
  if (ours.includes(endpoint.serves) || isOfModel(endpoint.packages, current)) return { act: 'delete' };
  return refuse(`endpoint ${endpointName} serves ${endpoint.serves}, which is no release of ${rollback.modelName}`);
};

/** Whether somebody was faster than the rollback that takes an endpoint down for something else that it served. */
const isRestored = ({ rollback: { quarantined }, pointer }: Facts, { serves }: FoundEndpoint): boolean =>
  quarantined !== undefined && quarantined !== serves && serves === pointer.endpointConfigName;

/** The other endpoint of a move, as long as it may be there. */
const endpointLeftBy = (move: EndpointMove | undefined): string | undefined =>
  move === undefined || move.settledAt !== undefined ? undefined : endpointToClose(move);

/** A release that was deployed and not promoted serves a package of the same group as the one in production. */
const isOfModel = (packages: readonly string[], current: Release): boolean => {
  const group = requireEstablished(current, 'modelPackageArn').replace(/[^/]*$/, '');
  return packages.length > 0 && packages.every((arn) => arn.startsWith(group));
};

const refuse = (explanation: string): Withdrawal => ({
  act: 'refuse',
  reasons: [{ rule: 'endpoint', evidence: '', explanation }],
});

/** That the deployer is asked to serve a release, and by which policy it was judged that it may be asked now. */
import type { Change } from '../change/change.ts';
import type { Instant } from '../identifiers.ts';
import { fitIntoEvent } from '../ledger/event.ts';
import { freezesAbout } from '../policy/active-freezes.ts';
import { type PolicyRecord, policySha256 } from '../policy/policy-record.ts';
import { type Endpoint, holding } from '../records/endpoint.ts';
import { endpointNameOf, type Release } from '../release/release.ts';
import { ASSAY, releaseEvent } from '../release/release-event.ts';
import { attemptOf } from './break-glass.ts';

/** By what the windows were judged in which nothing is promoted: those of the deployed policy count. */
type DeployedWindows = { readonly policy: PolicyRecord; readonly environment: string };

type Ordered = {
  readonly endpointConfigName: string;
  readonly endpoint: Endpoint | undefined;
  /** Whether the endpoint is created: it has no former fleet from which traffic could be brought. */
  readonly isNew: boolean;
  readonly deployed: DeployedWindows;
  readonly now: Instant;
};

/**
 * Records that the deployer is asked to serve the release under this endpoint configuration. It comes before the order:
 * the endpoint is the model's own from now on, so of two models that are promoted to one endpoint at once, one is denied
 * before anything was touched.
 */
export const recordDeployment = (release: Release, ordered: Ordered): Change => {
  const { endpointConfigName, endpoint, isNew, deployed, now } = ordered;
  const deploymentAttempt = attemptOf(release);
  // One that waited for the end of a window is on its way now, and what it goes on to say is of this deployment.
  const { createsEndpoint: _, ...before } = release;
  const said = { reasons: [], endpointConfigName, deploymentAttempt, updatedAt: now };
  const after: Release = { ...before, ...said, ...(isNew && { createsEndpoint: true }) };
  return {
    model: release.modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'deployment_started',
      idempotency_key: `${release.releaseId}:deployment:${release.version}`,
      details: {
        endpoint: endpointNameOf(release),
        endpoint_config: endpointConfigName,
        ...planOf(release, isNew),
        ...windowsOf(release, deployed, isNew),
      },
    }),
    writes: [{ kind: 'replace', entity: after }, holding(endpoint, { ...wantedBy(release), endpointConfigName }, now)],
    intents: [],
  };
};

/**
 * Whether it is on record that the deployer is asked for this attempt, under this configuration if one is named. A release whose
 * endpoint was restored since is under no configuration: its order is over.
 */
export const isOrdered = (release: Release, endpointConfigName = release.endpointConfigName): boolean =>
  endpointConfigName !== undefined &&
  release.deploymentAttempt === attemptOf(release) &&
  release.endpointConfigName === endpointConfigName;

/** An auditor judges by these, and by the policy of that digest, whether one was on. */
const windowsOf = (release: Release, { policy, environment }: DeployedWindows, isNew: boolean) => {
  const { modelName, riskTier: tier } = release;
  const freezes = freezesAbout(policy.freezes, { modelName, tier, environment });
  return {
    environment,
    deployed_policy_sha256: policySha256(policy),
    freezes_total: freezes.length,
    freezes: fitIntoEvent(
      freezes.map(({ name, zone, from, until, on_freeze }) => ({ name, zone, from, until, on_freeze })),
      planOf(release, isNew),
    ),
  };
};

const planOf = ({ serving }: Release, isNew: boolean) => {
  const strategy = serving?.deployment_strategy;
  return strategy === undefined ? {} : { strategy, strategy_applies: !isNew };
};

const wantedBy = (release: Release) => ({ modelName: release.modelName, endpointName: endpointNameOf(release) });

import type { Instant } from '../identifiers.ts';
import type { DeploymentOrder } from './deployment.ts';

export type EndpointStatus =
  | { readonly status: 'in_service'; readonly endpointConfigName: string }
  | { readonly status: 'pending'; readonly endpointConfigName: string }
  | { readonly status: 'failed'; readonly reason: string };

/** An endpoint as found, no matter who configured it. */
export type FoundEndpoint = {
  /** The endpoint configuration that it serves, or served last. */
  readonly serves: string;
  /** The configuration that an update in progress leads to; otherwise what it serves. */
  readonly headsFor: string;
  /** `under_way`: it is being updated, and accepts no change until that has ended. */
  readonly condition: 'in_service' | 'under_way' | 'broken';
  readonly createdAt: Instant;
};

/** An endpoint configuration as found, with what its variants serve. */
export type FoundConfiguration = {
  readonly variants: readonly string[];
  /** The packages of its models, one for each container. */
  readonly modelPackageArns: readonly string[];
};

/** `busy`: the endpoint is being updated to something else and accepts no change until that has ended; ask again. */
export type EndpointOrder = 'taken' | 'busy';

/** Puts a release behind an endpoint. Every call may be repeated. */
export interface Deployer {
  /** Creates the configuration that the endpoint is to serve, and names it. The endpoint is not touched. */
  prepare(deployment: DeploymentOrder): Promise<string>;
  /** Creates the endpoint with the configuration, or updates it to that one; answers at once. */
  order(endpointName: string, endpointConfigName: string): Promise<EndpointOrder>;
  status(endpointName: string, endpointConfigName: string): Promise<EndpointStatus>;
}

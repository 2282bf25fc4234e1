import type { Instant } from '../identifiers.ts';
import type { DeploymentStrategy } from '../release/deployment-strategy.ts';
import type { ServingSpecification } from '../release/serving-specification.ts';
import type { DeploymentOrder } from './deployment.ts';

export type EndpointStatus =
  | {
      readonly status: 'in_service';
      readonly endpointConfigName: string;
      /** The images that its containers run, by digest. */
      readonly images: readonly string[];
    }
  | {
      readonly status: 'pending';
      readonly endpointConfigName: string;
      /** Whether it comes into being: no strategy applies to it. */
      readonly isNew: boolean;
    }
  | {
      readonly status: 'failed';
      readonly reason: string;
      /** The other configuration that it is in service under: an update was rolled back. */
      readonly serves?: string;
    };

/** An endpoint as found, no matter who configured it. */
export type FoundEndpoint = {
  /** The endpoint configuration that it serves, or served last. */
  readonly serves: string;
  /** The configuration that an update in progress leads to; otherwise what it serves. */
  readonly headsFor: string;
  /** `under_way`: it is being updated, and accepts no change until that has ended. */
  readonly condition: 'in_service' | 'under_way' | 'broken';
  readonly createdAt: Instant;
  /** While it accepts no change: when SageMaker gives up the strategy of an update, or since when it does something that takes minutes. */
  readonly endsBy?: Instant;
};

/** `busy`: the endpoint is being updated to something else and accepts no change until that has ended; ask again. */
export type EndpointOrder = 'taken' | 'busy';

/** A configuration that an endpoint may serve; or why there is none, although its name is taken. */
export type Prepared = { readonly endpointConfigName: string } | { readonly problem: string };

export type OrderFacts = {
  readonly found: FoundEndpoint | undefined;
  readonly serving: ServingSpecification | undefined;
  readonly strategy: DeploymentStrategy | undefined;
};

/** Puts a release behind an endpoint. Every call may be repeated. */
export interface Deployer {
  /**
   * Names the configuration that the endpoint is to serve: `served`, which served the same before, as long as it still
   * does; otherwise it creates one. The endpoint is not touched.
   */
  prepare(deployment: DeploymentOrder, served?: string): Promise<Prepared>;
  /** Every member in which a configuration is not what the deployment asks for; undefined if there is none of this name. */
  differences(deployment: DeploymentOrder, endpointConfigName: string): Promise<readonly string[] | undefined>;
  /**
   * Creates the endpoint with the configuration, or updates it to that one; answers at once. `found` is the endpoint as it
   * was judged: if another one has its name by now, that is a `Conflict`. One that is created gets the tags of what it serves;
   * the strategy is for one that is updated. Without a strategy, all traffic is switched at once, as on every way back.
   */
  order(endpointName: string, endpointConfigName: string, judged: OrderFacts): Promise<EndpointOrder>;
  status(endpointName: string, endpointConfigName: string): Promise<EndpointStatus>;
}

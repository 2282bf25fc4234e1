/** How an update of an endpoint brings traffic to a release, as people approved it. */
import * as z from 'zod';
import { stored } from '../stored.ts';

const Size = stored({ type: z.string(), value: z.int().min(1) });

/** As people approve it, with every default written out. */
export const DeploymentStrategy = stored({
  type: z.string(),
  /** What gets traffic first. */
  canary_size: z.exactOptional(Size),
  /** What gets traffic with each step. */
  linear_step_size: z.exactOptional(Size),
  /** For how long alarms are watched after each step. */
  wait_interval_seconds: z.int().min(0),
  /** For how long they are watched after the last one, while the former fleet is still there. */
  termination_wait_seconds: z.int().min(0),
  /** After so long SageMaker gives up, and goes back to the former fleet. */
  maximum_execution_timeout_seconds: z.int().min(1),
  /** The alarms of CloudWatch of which any takes all traffic back. */
  alarms: z.array(z.string()),
});
export type DeploymentStrategy = z.infer<typeof DeploymentStrategy>;

/** The same as a manifest asks for it, which leaves defaults to us. */
export const StrategyInManifest = DeploymentStrategy.partial({
  wait_interval_seconds: true,
  termination_wait_seconds: true,
  maximum_execution_timeout_seconds: true,
  alarms: true,
});
export type StrategyInManifest = z.infer<typeof StrategyInManifest>;

type Planned = {
  readonly serving?: { readonly deployment_strategy?: DeploymentStrategy | undefined } | undefined;
  readonly createsEndpoint?: boolean;
};

/** For how much longer than an update at once the deployment of a release may be on its way: not longer, if it creates the endpoint. */
export const strategyMs = ({ serving, createsEndpoint }: Planned): number =>
  createsEndpoint === true ? 0 : 1000 * (serving?.deployment_strategy?.maximum_execution_timeout_seconds ?? 0);

/**
 * SageMaker reports on endpoints by the minute, CloudWatch evaluates a metric alarm by the minute too, and what harms has to last five
 * minutes before most alerts of lib/domain/metrics/alerts.ts hold: an alarm like them cannot go off in less. What a given alarm needs is
 * asked of CloudWatch before the order.
 */
export const LEAST_WATCHED_SECONDS = 300;

/**
 * Whether only a part of the traffic gets to the release first, of a fleet of so many instances, and an alarm has the time to take it
 * back. What that alarm watches is for those who approve.
 */
export const isGradual = (strategy: DeploymentStrategy, instanceCount: number): boolean =>
  ['CANARY', 'LINEAR'].includes(strategy.type) &&
  strategy.alarms.length > 0 &&
  waitsOf(strategy, instanceCount) >= LEAST_WATCHED_SECONDS;

/** The seconds for which a strategy waits on purpose, and watches its alarms, at a fleet of so many instances. */
export const waitsOf = (strategy: StrategyInManifest, instanceCount: number): number => {
  const { linear_step_size: step, wait_interval_seconds: wait = 0, termination_wait_seconds: last = 0 } = strategy;
  return (step === undefined ? 1 : Math.ceil(100 / shareOf(step, instanceCount))) * wait + last;
};

/** The percentage of a fleet of so many instances. */
export const shareOf = ({ type, value }: z.infer<typeof Size>, instanceCount: number): number =>
  type === 'CAPACITY_PERCENT' ? value : (value * 100) / instanceCount;

import { type AskedStrategy, plannedStrategy } from '../../lib/domain/release/asked-strategy.ts';
import type { DeploymentStrategy } from '../../lib/domain/release/deployment-strategy.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { aServing } from './approval-case.ts';

/** As the example of the format page asks for it. */
export const CANARY: AskedStrategy = {
  type: 'CANARY',
  canary_size: { type: 'CAPACITY_PERCENT', value: 10 },
  wait_interval_seconds: 3600,
  alarms: ['mortgage-5xx', 'mortgage-latency'],
};

/** A canary of a tenth that is watched for an hour, and given up after three. */
export const aStrategy = (changes: Partial<DeploymentStrategy> = {}): DeploymentStrategy => ({
  ...plannedStrategy(CANARY, 2),
  ...changes,
});

/** The release, to be deployed by a strategy. */
export const gradually = (release: Release, strategy: DeploymentStrategy = aStrategy()): Release => ({
  ...release,
  serving: aServing({ ...release.serving, instance_count: 2, deployment_strategy: strategy }),
});

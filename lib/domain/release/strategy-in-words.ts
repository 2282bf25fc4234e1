import type { DeploymentStrategy } from './deployment-strategy.ts';

/** Such as `CANARY of 10 % of the capacity; watched for 600 s after each step and for 0 s after the last; …` */
export const strategyInWords = (strategy: DeploymentStrategy): string => {
  const { type, canary_size: canary, linear_step_size: step, alarms } = strategy;
  const size = canary ?? step;
  const watched =
    size === undefined
      ? `watched for ${strategy.termination_wait_seconds} s`
      : `watched for ${strategy.wait_interval_seconds} s after each step, and for ${strategy.termination_wait_seconds} s after the last`;
  return [
    size === undefined
      ? type
      : `${type} by ${size.value} ${size.type === 'CAPACITY_PERCENT' ? '% of the capacity' : 'instances'}`,
    watched,
    `given up after ${strategy.maximum_execution_timeout_seconds} s`,
    alarms.length === 0 ? 'no alarm takes it back' : `taken back by alarm ${alarms.join(' or ')}`,
  ].join('; ');
};

/** A strategy as UpdateEndpoint takes it. */
import type { CapacitySizeType, DeploymentConfig, TrafficRoutingConfigType } from '@aws-sdk/client-sagemaker';
import type { DeploymentStrategy } from '../domain/release/deployment-strategy.ts';

/** A fleet beside the former one, the steps in which it gets the traffic, and the alarms that take the traffic back. */
export const deploymentConfigOf = (strategy: DeploymentStrategy): DeploymentConfig => {
  const { canary_size: canary, linear_step_size: step, alarms } = strategy;
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: strategy.type as TrafficRoutingConfigType,
        WaitIntervalInSeconds: strategy.wait_interval_seconds,
        ...(canary && { CanarySize: sizeOf(canary) }),
        ...(step && { LinearStepSize: sizeOf(step) }),
      },
      TerminationWaitInSeconds: strategy.termination_wait_seconds,
      MaximumExecutionTimeoutInSeconds: strategy.maximum_execution_timeout_seconds,
    },
    ...(alarms.length === 0
      ? {}
      : { AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) } }),
  };
};

type Size = NonNullable<DeploymentStrategy['canary_size']>;
const sizeOf = ({ type, value }: Size) => ({ Type: type as CapacitySizeType, Value: value });

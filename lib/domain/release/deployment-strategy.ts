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

type Planned = { readonly serving?: { readonly deployment_strategy?: DeploymentStrategy | undefined } | undefined };

/** For how much longer than an update at once the deployment of a release may be on its way. */
export const strategyMs = ({ serving }: Planned): number =>
  1000 * (serving?.deployment_strategy?.maximum_execution_timeout_seconds ?? 0);

/** Whether only a part of the traffic gets to the release first, and an alarm can take it back. */
export const isGradual = ({
  type,
  alarms = [],
}: {
  readonly type: string;
  readonly alarms?: readonly string[] | undefined;
}): boolean => ['CANARY', 'LINEAR'].includes(type) && alarms.length > 0;

/** How a manifest asks for traffic to be brought to a release, in the names and bounds of SageMaker's deployment guardrails. */
import * as z from 'zod';
import { visibleText } from '../visible-text.ts';
import { DeploymentStrategy, type StrategyInManifest, shareOf, waitsOf } from './deployment-strategy.ts';

/** The longest that SageMaker lets a deployment take. */
const LONGEST_SECONDS = 28_800;
/** For the new fleet to come up, beside what a strategy waits for on purpose. */
const FLEET_SECONDS = 7200;

const wait = z.int().min(0).max(3600);
const CapacitySize = z.strictObject({
  type: z.enum(['CAPACITY_PERCENT', 'INSTANCE_COUNT']),
  value: z.int().min(1),
});
const always = {
  termination_wait_seconds: wait.optional(),
  maximum_execution_timeout_seconds: z.int().min(600).max(LONGEST_SECONDS).optional(),
  alarms: z
    .array(visibleText(255).regex(/^[ -~]*$/, 'must be ASCII'))
    .min(1)
    .max(10)
    .refine((names) => new Set(names).size === names.length, 'must not name one twice')
    .optional(),
};

/** As a manifest asks for it. Without one, SageMaker switches all traffic at once, and watches no alarm. */
export const AskedStrategy = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ALL_AT_ONCE'), ...always }),
  z.strictObject({ type: z.literal('CANARY'), canary_size: CapacitySize, wait_interval_seconds: wait, ...always }),
  z.strictObject({ type: z.literal('LINEAR'), linear_step_size: CapacitySize, wait_interval_seconds: wait, ...always }),
]);
export type AskedStrategy = z.infer<typeof AskedStrategy>;

type Asked = {
  readonly strategy: StrategyInManifest;
  readonly instance_type: string;
  readonly instance_count: number;
};

/** What SageMaker would refuse of a fleet of so many instances, or not do, although each field by itself is within its bounds. */
export const strategyFaults = ({ strategy, instance_type: type, instance_count: count }: Asked) =>
  [
    ...(strategy.type === 'ALL_AT_ONCE' ? [] : fleetFaults(strategy.type, type, count)),
    ...sizeFaults(strategy, count),
    ...timeFaults(strategy, count),
  ] satisfies Fault[];

type Fault = { readonly path: readonly string[]; readonly message: string };

const fleetFaults = (type: string, instanceType: string, count: number): Fault[] => [
  ...(count > 1
    ? []
    : [{ path: ['instance_count'], message: `must be at least 2 for ${type}: it begins with half of them at most` }]),
  ...(instanceType.startsWith('ml.inf1.')
    ? [{ path: ['strategy', 'type'], message: 'is not for Inf1 instances, where SageMaker would switch all at once' }]
    : []),
];

const sizeFaults = ({ canary_size: canary, linear_step_size: step }: StrategyInManifest, count: number): Fault[] => [
  ...(canary === undefined || shareOf(canary, count) <= 50 ? [] : [sizeFault('canary_size', 'at most 50 %')]),
  ...(step === undefined || (shareOf(step, count) >= 10 && shareOf(step, count) <= 50)
    ? []
    : [sizeFault('linear_step_size', '10 to 50 %')]),
];

const sizeFault = (field: string, bounds: string): Fault => ({
  path: ['strategy', field, 'value'],
  message: `must be ${bounds} of instance_count`,
});

const timeFaults = (strategy: StrategyInManifest, count: number): Fault[] => {
  const waits = waitsOf(strategy, count);
  const { maximum_execution_timeout_seconds: maximum } = strategy;
  if (waits < (maximum ?? LONGEST_SECONDS)) return [];
  const [field, message] =
    maximum === undefined
      ? ['wait_interval_seconds', `is too long: all waits take ${waits} seconds, and must be below ${LONGEST_SECONDS}`]
      : ['maximum_execution_timeout_seconds', `must be more than the ${waits} seconds that all waits take`];
  return [{ path: ['strategy', field], message }];
};

/** The shortest period of an alarm. One that is watched for less cannot go off. */
const SHORTEST_ALARM_SECONDS = 10;

/**
 * What a strategy says that no order will ever follow: its alarms are to take the deployment back, and none of them could go off in the
 * time for which they are watched. What is known of the alarms themselves is judged before the order.
 */
export const watchFaults = ({ strategy, instance_count: count }: Asked): Fault[] => {
  const waits = waitsOf(strategy, count);
  if (strategy.alarms === undefined || waits >= SHORTEST_ALARM_SECONDS) return [];
  const message = `must be longer where there are alarms: they are watched for ${waits} seconds, and none goes off in less than ${SHORTEST_ALARM_SECONDS}`;
  return [{ path: ['strategy', 'termination_wait_seconds'], message }];
};

/** The strategy that people approve, for a fleet of so many instances. */
export const plannedStrategy = (asked: StrategyInManifest, instanceCount: number): DeploymentStrategy =>
  DeploymentStrategy.parse({
    wait_interval_seconds: 0,
    termination_wait_seconds: 0,
    maximum_execution_timeout_seconds: Math.min(LONGEST_SECONDS, waitsOf(asked, instanceCount) + FLEET_SECONDS),
    alarms: [],
    ...asked,
  });

/** A release that is deployed by a canary, whose alarm goes off (GT-5). */
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { expect } from 'vitest';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { clientConfig } from '../../local/clients.ts';
import { CANARY } from './a-strategy.ts';
import { exampleManifest, type Product } from './product.ts';

const ALARMS = CANARY.alarms ?? [];
const MODEL = 'hmda-mortgage';

/** What a version of the example asks for besides, so that it is deployed by a canary. */
export const byCanary = async (version: string): Promise<object> => {
  const { deployment } = await exampleManifest(version);
  return { deployment: { ...Object(deployment), instance_count: 2, strategy: CANARY } };
};

export const createAlarms = async (): Promise<void> => {
  const cloudWatch = new CloudWatchClient({});
  const rest = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1 } as const;
  const metric = { ...rest, Namespace: 'AWS/SageMaker', MetricName: 'Invocation5XXErrors', Period: 60 };
  for (const AlarmName of ALARMS)
    await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, Statistic: 'Sum' }));
  // One that has nothing to go by yet would take nothing back.
  const calm = { StateValue: 'OK', StateReason: 'nothing was found' } as const;
  for (const AlarmName of ALARMS) await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, ...calm }));
};

/** A canary takes two instances, and an update keeps as many as there are. */
export const scaleToTwo = async ({ aws }: Product, EndpointName: string): Promise<void> => {
  const sagemaker = new SageMakerClient(clientConfig(aws.sagemakerEndpoint));
  const { ProductionVariants = [] } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
  const DesiredWeightsAndCapacities = ProductionVariants.map(({ VariantName }) => ({
    VariantName,
    DesiredInstanceCount: 2,
  }));
  await sagemaker.send(new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName, DesiredWeightsAndCapacities }));
};

/** What the sweep does as soon as SageMaker says that the endpoint changed. */
export const lookAtEndpoint = ({ invoke }: Product) => invoke('sweep-endpoints', { detail: { EndpointName: MODEL } });

/** What is on record of it, and what SageMaker was told, once it went back to its former configuration. */
export const expectCanaryTakenBack = async (product: Product, releaseId: string, former: string) => {
  const { store, aws } = product;
  const { modelName, reasons } = await requireFound(store.get('release', releaseId as never), releaseId);
  const events = (await store.events(modelName)).map(({ event }) => event);
  const detailsOf = (type: string) =>
    events.findLast(({ release_id: id, event_type }) => id === releaseId && event_type === type)?.details;

  expect(detailsOf('deployment_started')).toMatchObject({
    strategy: { ...Object(CANARY), termination_wait_seconds: 0, maximum_execution_timeout_seconds: 10_800 },
    strategy_applies: true,
  });
  expect(detailsOf('deployment_failed')).toMatchObject({ strategy: 'CANARY', serves: former });
  expect(detailsOf('endpoint_restored')).toMatchObject({ endpoint_config: former });
  expect(reasons).toMatchObject([
    { rule: 'deployment', explanation: expect.stringMatching(`serves ${former}, .*: an alarm went off$`) },
  ]);
  const sagemaker = new SageMakerClient(clientConfig(aws.sagemakerEndpoint));
  const { LastDeploymentConfig } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: modelName }));
  expect(LastDeploymentConfig).toMatchObject({
    BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { Type: 'CANARY', WaitIntervalInSeconds: 3600 } },
    AutoRollbackConfiguration: { Alarms: ALARMS.map((AlarmName) => ({ AlarmName })) },
  });
  await expectSharesOnRecord(product, releaseId, former);
};

/** What served while the canary had traffic, and that the former fleet serves alone since it was taken back (TR-2). */
const expectSharesOnRecord = async (product: Product, releaseId: string, former: string) => {
  await lookAtEndpoint(product);

  const [during, after] = (await product.store.list('served_period', MODEL)).slice(-2);
  expect(during).toMatchObject({ endpointConfigName: former, to: after?.from });
  expect(during?.variants).toMatchObject([
    { endpointConfigName: former, weight: '1', instances: 2 },
    {
      ...{ releaseId, weight: '1', instances: 1, stage: 'Baking' },
      stageMessage: expect.stringContaining('traffic enabled on canary capacity of 1 instance(s)'),
    },
  ]);
  expect(after?.variants).toMatchObject([{ weight: '1', releaseId: during?.variants[0]?.releaseId }]);
  expect(after?.variants[0]?.stage).toBeUndefined();
};

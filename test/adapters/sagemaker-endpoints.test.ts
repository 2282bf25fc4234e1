import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deleteEndpoint,
  findConfiguration,
  findEndpoint,
  pointEndpoint,
  updateEndpoint,
} from '../../lib/adapters/sagemaker-endpoints.ts';
import { Conflict } from '../../lib/domain/refusal.ts';
import { aStrategy } from '../support/a-strategy.ts';
import { NOW } from '../support/approval-case.ts';
import { makeConfigs, type SageMaker, startSageMakerHere } from '../support/sagemaker.ts';

let sagemaker: SageMaker;
beforeAll(async () => {
  sagemaker = await startSageMakerHere();
  await makeConfigs(sagemaker.client, 'one', 'two');
});
afterAll(() => sagemaker.stop());

let endpoints = 0;
const anEndpoint = async (): Promise<string> => {
  endpoints += 1;
  const EndpointName = `endpoint-${endpoints}`;
  await sagemaker.client.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: 'one' }));
  return EndpointName;
};
const servingOne = async (): Promise<string> => {
  const name = await anEndpoint();
  sagemaker.passTime();
  return name;
};

describe('an endpoint that is found', () => {
  it('names what it serves, what an update leads to, and when it was created', async () => {
    const before = Date.now();
    const name = await anEndpoint();
    const created = await findEndpoint(name);
    sagemaker.passTime();
    const settled = await findEndpoint(name);
    await sagemaker.client.send(new UpdateEndpointCommand({ EndpointName: name, EndpointConfigName: 'two' }));

    expect(created).toMatchObject({ serves: 'one', headsFor: 'one', condition: 'under_way' });
    expect(Math.abs(Date.parse(created?.createdAt ?? '') - before)).toBeLessThan(5_000);
    expect(settled).toMatchObject({ serves: 'one', headsFor: 'one', condition: 'in_service' });
    expect(await findEndpoint(name)).toMatchObject({ serves: 'one', headsFor: 'two', condition: 'under_way' });
  });

  it('is broken when it could not be created, and under way while it is deleted', async () => {
    await sagemaker.order({ failNextCreate: 'no capacity' });
    const name = await servingOne();
    const failed = await findEndpoint(name);
    await sagemaker.client.send(new DeleteEndpointCommand({ EndpointName: name }));

    expect(failed).toMatchObject({ condition: 'broken' });
    expect(await findEndpoint(name)).toMatchObject({ condition: 'under_way' });
    sagemaker.passTime();
    expect(await findEndpoint(name)).toBeUndefined();
  });
});

describe('an endpoint that is pointed at another configuration', () => {
  it('heads there; asked again on its way, it goes on', async () => {
    const name = await servingOne();

    expect(await updateEndpoint(name, 'two')).toBe('taken');
    expect(await updateEndpoint(name, 'one')).toBe('busy');

    expect(await findEndpoint(name)).toMatchObject({ headsFor: 'two', condition: 'under_way' });
  });

  it('says by when a strategy ends that brings traffic over, and of an update at once when it began', async () => {
    const [slow, atOnce] = [await servingOne(), await servingOne()];
    await sagemaker.client.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: slow,
        DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 }],
      }),
    );
    const asked = { found: await findEndpoint(slow), serving: undefined, strategy: aStrategy() };

    await pointEndpoint(slow, 'two', asked);
    await updateEndpoint(atOnce, 'two');

    const { PendingDeploymentSummary } = await sagemaker.client.send(
      new DescribeEndpointCommand({ EndpointName: slow }),
    );
    const endsMs = (PendingDeploymentSummary?.StartTime?.getTime() ?? 0) + 10_800_000;
    expect(await findEndpoint(slow)).toMatchObject({ headsFor: 'two', endsBy: new Date(endsMs).toISOString() });
    const began = await sagemaker.client.send(new DescribeEndpointCommand({ EndpointName: atOnce }));
    expect(await findEndpoint(atOnce)).toMatchObject({
      endsBy: began.PendingDeploymentSummary?.StartTime?.toISOString(),
    });
    sagemaker.passTime();
    expect(await findEndpoint(slow)).not.toHaveProperty('endsBy');
  });

  it('says so while SageMaker goes back from a strategy, of which there is no summary any more', async () => {
    const name = await servingOne();
    await sagemaker.order({ failNextUpdate: 'an alarm went off' });
    await sagemaker.client.send(
      new UpdateEndpointCommand({
        EndpointName: name,
        EndpointConfigName: 'two',
        DeploymentConfig: {
          BlueGreenUpdatePolicy: {
            TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
            MaximumExecutionTimeoutInSeconds: 14_400,
          },
        },
      }),
    );
    sagemaker.passTime();

    const described = await sagemaker.client.send(new DescribeEndpointCommand({ EndpointName: name }));
    expect(described).toMatchObject({ EndpointStatus: 'RollingBack' });
    expect(described.PendingDeploymentSummary).toBeUndefined();
    const endsMs = (described.LastModifiedTime?.getTime() ?? 0) + 14_400_000;
    expect(await findEndpoint(name)).toMatchObject({ headsFor: 'one', endsBy: new Date(endsMs).toISOString() });
  });

  it('keeps the count that it was scaled to, and no weight or data capture (GT-8)', async () => {
    const name = await servingOne();
    const { client } = sagemaker;
    const scaled = { VariantName: 'all', DesiredInstanceCount: 7, DesiredWeight: 3 };
    const variant = { VariantName: 'all', ModelName: 'model', InitialInstanceCount: 2, InitialVariantWeight: 1 };
    const captured = {
      EnableCapture: true,
      InitialSamplingPercentage: 20,
      DestinationS3Uri: 's3://captured/mortgage',
      CaptureOptions: [{ CaptureMode: 'Input' as const }],
    };
    await client.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: `capturing-${name}`,
        ProductionVariants: [{ ...variant, InstanceType: 'ml.m5.large' }],
        DataCaptureConfig: captured,
      }),
    );
    await client.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({ EndpointName: name, DesiredWeightsAndCapacities: [scaled] }),
    );

    await updateEndpoint(name, `capturing-${name}`);
    sagemaker.passTime();

    const after = await client.send(new DescribeEndpointCommand({ EndpointName: name }));
    expect(after.ProductionVariants).toMatchObject([{ DesiredInstanceCount: 7, DesiredWeight: 1 }]);
    expect(after.DataCaptureConfig).toMatchObject({ DestinationS3Uri: 's3://captured/mortgage' });
  });

  it('brings traffic over by the strategy of this order, and of no earlier one (GT-5)', async () => {
    const name = await servingOne();
    const lastConfig = async () => {
      const described = await sagemaker.client.send(new DescribeEndpointCommand({ EndpointName: name }));
      return described.LastDeploymentConfig;
    };
    const linear = aStrategy({ type: 'LINEAR', linear_step_size: { type: 'INSTANCE_COUNT', value: 1 }, alarms: [] });
    const { canary_size: _, ...stepped } = linear;

    await updateEndpoint(name, 'two', aStrategy());
    sagemaker.passTime();
    expect(await lastConfig()).toEqual({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'CANARY',
          CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 },
          WaitIntervalInSeconds: 3600,
        },
        TerminationWaitInSeconds: 0,
        MaximumExecutionTimeoutInSeconds: 10_800,
      },
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'mortgage-5xx' }, { AlarmName: 'mortgage-latency' }] },
    });
    await updateEndpoint(name, 'one', stepped);
    sagemaker.passTime();
    expect(await lastConfig()).toEqual({
      BlueGreenUpdatePolicy: expect.objectContaining({
        TrafficRoutingConfiguration: {
          Type: 'LINEAR',
          LinearStepSize: { Type: 'INSTANCE_COUNT', Value: 1 },
          WaitIntervalInSeconds: 3600,
        },
      }),
    });
    await updateEndpoint(name, 'two');
    expect(await lastConfig()).toBeUndefined();
  });

  it('needs the configuration', async () => {
    await expect(updateEndpoint(await servingOne(), 'three')).rejects.toThrow('Could not find');
  });
});

describe('an order for an endpoint (GT-8)', () => {
  it('is not given when another endpoint has its name than when it was looked at', async () => {
    const name = await servingOne();
    const found = await findEndpoint(name);
    const before = found && { ...found, createdAt: NOW };

    for (const judged of [undefined, before])
      await expect(
        pointEndpoint(name, 'two', { found: judged, serving: undefined, strategy: undefined }),
      ).rejects.toThrow(Conflict);

    expect(await findEndpoint(name)).toMatchObject({ headsFor: 'one' });
    expect(await pointEndpoint(name, 'two', { found, serving: undefined, strategy: undefined })).toBe('taken');
  });

  it('is not given when another endpoint comes into being at the same moment', async () => {
    const message = 'Cannot create already existing endpoint';
    await sagemaker.order({ nextError: { operation: 'CreateEndpoint', type: 'ValidationException', message } });

    await expect(
      pointEndpoint('nowhere', 'one', { found: undefined, serving: undefined, strategy: undefined }),
    ).rejects.toThrow(Conflict);
  });
});

describe('an order with a strategy (GT-5)', () => {
  it('is given once: repeated while traffic is brought over, it is the one that was taken', async () => {
    const name = await servingOne();
    const found = await findEndpoint(name);
    const order = () => pointEndpoint(name, 'two', { found, serving: undefined, strategy: aStrategy() });

    expect(await order()).toBe('taken');
    const events = (await sagemaker.events()).length;
    expect(await order()).toBe('taken');

    expect((await sagemaker.events()).length).toBe(events);
  });

  it('creates an endpoint without it: there is no fleet to bring traffic from', async () => {
    const order = { found: undefined, serving: undefined, strategy: aStrategy() };

    expect(await pointEndpoint('of-nobody', 'one', order)).toBe('taken');

    const described = await sagemaker.client.send(new DescribeEndpointCommand({ EndpointName: 'of-nobody' }));
    expect(described.LastDeploymentConfig).toBeUndefined();
  });
});

describe('an endpoint configuration that is looked up', () => {
  it('is there together with the model of its name, or not at all', async () => {
    const ProductionVariants = [{ VariantName: 'all', ModelName: 'model', InitialInstanceCount: 1 }];
    await sagemaker.client.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'model', ProductionVariants }));

    expect(await findConfiguration('model')).toMatchObject({
      configuration: { EndpointConfigName: 'model' },
      model: { ModelName: 'model' },
    });
    expect(await findConfiguration('one')).toBeUndefined();
    expect(await findConfiguration('three')).toBeUndefined();
  });

  it('is neither while SageMaker does not answer', async () => {
    const nextError = { operation: 'DescribeModel', type: 'ThrottlingException', message: 'Rate exceeded' };
    await sagemaker.order({ nextError });

    await expect(findConfiguration('one')).rejects.toThrow('Rate exceeded');
  });
});

describe('an endpoint that is deleted', () => {
  it('goes, once, however often that is asked for', async () => {
    const name = await servingOne();

    expect(await deleteEndpoint(name)).toBe('taken');
    expect(await deleteEndpoint(name)).toBe('busy');
    sagemaker.passTime();
    expect(await deleteEndpoint(name)).toBe('taken');

    expect(await findEndpoint(name)).toBeUndefined();
  });

  it('stays while it is being changed, and may be asked for again', async () => {
    const name = await anEndpoint();

    expect(await deleteEndpoint(name)).toBe('busy');

    sagemaker.passTime();
    expect(await findEndpoint(name)).toMatchObject({ condition: 'in_service' });
  });

  it('stays when SageMaker refuses for another reason, which is a fault', async () => {
    const name = await servingOne();
    await sagemaker.order({
      nextError: { operation: 'DeleteEndpoint', type: 'AccessDeniedException', message: 'not you' },
    });

    await expect(deleteEndpoint(name)).rejects.toThrow('not you');
  });
});

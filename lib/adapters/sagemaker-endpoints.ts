/** Reads the state of SageMaker endpoints, and changes what they serve. */
import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListTagsCommand,
  SageMakerServiceException,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { Instant } from '../domain/identifiers.ts';
import { plusMilliseconds } from '../domain/instant.ts';
import { Conflict } from '../domain/refusal.ts';
import type { DeploymentStrategy } from '../domain/release/deployment-strategy.ts';
import type { ServingSpecification } from '../domain/release/serving-specification.ts';
import type { Deployer, EndpointOrder, FoundEndpoint } from '../domain/serving/deployer.ts';
import { EndpointConfiguration, type EndpointShape } from '../domain/serving/endpoint-shape.ts';
import { PACKAGE_TAG, tagsOf } from './sagemaker-configuration.ts';
import { deploymentConfigOf } from './sagemaker-deployment-config.ts';
import { sagemaker } from './sagemaker-registry.ts';

/**
 * Creates the endpoint with a configuration, or updates it to that one. An endpoint that serves it already, or is being
 * updated to it, is left alone. SageMaker refuses UpdateEndpoint while an endpoint is Creating, Updating,
 * SystemUpdating or RollingBack, and no call ends that early: only the alarms of the roll-back configuration stop a bad
 * canary.
 */
export const pointEndpoint: Deployer['order'] = async (
  EndpointName,
  EndpointConfigName,
  { found, serving, strategy },
) => {
  const present = await findEndpoint(EndpointName);
  // No order is conditional in SageMaker, but to create: it is judged again what has appeared since it was looked at.
  if (present?.createdAt !== found?.createdAt) throw another(EndpointName);
  if (present === undefined) {
    if (!(await createEndpoint(EndpointName, EndpointConfigName, serving))) throw another(EndpointName);
    return 'taken';
  }
  if (present.headsFor === EndpointConfigName) return 'taken';
  return present.condition === 'under_way' ? 'busy' : updateEndpoint(EndpointName, EndpointConfigName, strategy);
};

const another = (endpointName: string): Conflict =>
  new Conflict(`another endpoint is called ${endpointName} than when that was looked at`);

/** Whether this call created the endpoint. One that is there already is left as it is, with its tags, whoever made it. */
export const createEndpoint = (
  EndpointName: string,
  EndpointConfigName: string,
  serving: ServingSpecification | undefined,
): Promise<boolean> =>
  createUnlessThere(
    sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName, Tags: tagsOf(serving) })),
  );

/**
 * Updates an existing endpoint to a configuration. The count of instances stays as it was scaled, for variants of the same
 * name. SageMaker would retain weight and data capture as well, and the old capture would win over the approved one. The strategy
 * of an earlier update is never retained: without one, all traffic is switched at once.
 */
export const updateEndpoint = (
  EndpointName: string,
  EndpointConfigName: string,
  strategy?: DeploymentStrategy,
): Promise<EndpointOrder> =>
  placeOrder(
    sagemaker.send(
      new UpdateEndpointCommand({
        EndpointName,
        EndpointConfigName,
        RetainAllVariantProperties: true,
        ExcludeRetainedVariantProperties: [
          { VariantPropertyType: 'DesiredWeight' },
          { VariantPropertyType: 'DataCaptureConfig' },
        ],
        RetainDeploymentConfig: false,
        ...(strategy && { DeploymentConfig: deploymentConfigOf(strategy) }),
      }),
    ),
  );

/** Deletes an endpoint. If it no longer exists, an earlier call has deleted it. */
export const deleteEndpoint = async (EndpointName: string): Promise<EndpointOrder> => {
  try {
    return await placeOrder(sagemaker.send(new DeleteEndpointCommand({ EndpointName })));
  } catch (cause) {
    if (isNotThere(cause)) return 'taken';
    throw cause;
  }
};

/** SageMaker refuses calls on an endpoint that is being changed, which may have begun after we looked. */
const placeOrder = async (order: Promise<unknown>): Promise<EndpointOrder> => {
  try {
    await order;
    return 'taken';
  } catch (cause) {
    if (cause instanceof SageMakerServiceException && /in-progress/i.test(cause.message)) return 'busy';
    throw cause;
  }
};

/** One that is being created may name no variants yet. */
export type EndpointWithVariants = FoundEndpoint & {
  readonly variants: readonly string[];
  /** As many as its first variant was scaled to, which an update keeps. */
  readonly instances: number | undefined;
};

/** An endpoint as it is now; undefined if no endpoint has this name. */
export const findEndpoint = async (endpointName: string): Promise<EndpointWithVariants | undefined> => {
  const described = await describeEndpoint(endpointName);
  return described && foundIn(described);
};

/** An endpoint with the configuration that it serves; undefined if no endpoint has this name. */
export const findShape = async (name: string): Promise<EndpointShape | undefined> => {
  const described = await describeEndpoint(name);
  if (described === undefined) return undefined;
  const { EndpointName: endpointName, EndpointConfigName } = described;
  const { $metadata: _, ...configuration } = await sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  return { ...foundIn(described), endpointName, configuration: EndpointConfiguration.parse(configuration) };
};

/** An endpoint as SageMaker describes it. */
export const foundIn = (answer: unknown): EndpointWithVariants => {
  const described = DescribedEndpoint.parse(answer);
  const { EndpointConfigName: serves, EndpointStatus: status, CreationTime, PendingDeploymentSummary } = described;
  const isUnderWay = PENDING.includes(status) || status === 'Deleting';
  return {
    serves,
    headsFor: PendingDeploymentSummary?.EndpointConfigName ?? serves,
    condition: isUnderWay ? 'under_way' : status === 'InService' ? 'in_service' : 'broken',
    createdAt: Instant.parse(CreationTime.toISOString()),
    variants: described.ProductionVariants.map(({ VariantName }) => VariantName),
    instances: described.ProductionVariants[0]?.DesiredInstanceCount,
    ...(isUnderWay && { endsBy: endsBy(described) }),
  };
};

/**
 * SageMaker gives up a strategy after its longest time, and goes back. There is no summary any more then, and nobody says that the way back
 * counts as the last change. Whatever else it does to an endpoint takes minutes from that.
 */
const endsBy = (described: z.infer<typeof DescribedEndpoint>): Instant => {
  const { PendingDeploymentSummary: pending, LastDeploymentConfig: by, LastModifiedTime, EndpointStatus } = described;
  const { MaximumExecutionTimeoutInSeconds: seconds = 0 } = by?.BlueGreenUpdatePolicy ?? {};
  const began = Instant.parse((pending?.StartTime ?? LastModifiedTime).toISOString());
  return pending !== undefined || EndpointStatus === 'RollingBack' ? plusMilliseconds(began, seconds * 1000) : began;
};

const DeployedImage = z.object({ ResolvedImage: z.string().optional() });
const DescribedEndpoint = z.object({
  EndpointName: z.string(),
  EndpointConfigName: z.string(),
  EndpointStatus: z.string(),
  CreationTime: z.date(),
  LastModifiedTime: z.date(),
  FailureReason: z.string().optional(),
  ProductionVariants: z
    .array(
      z.object({
        VariantName: z.string(),
        DesiredInstanceCount: z.number().optional(),
        DeployedImages: z.array(DeployedImage).default([]),
      }),
    )
    .default([]),
  /** The configuration that an update in progress leads to; until it ends, the endpoint itself names the former one. */
  PendingDeploymentSummary: z.object({ EndpointConfigName: z.string(), StartTime: z.date().optional() }).optional(),
  LastDeploymentConfig: z
    .object({
      BlueGreenUpdatePolicy: z.object({ MaximumExecutionTimeoutInSeconds: z.number().optional() }).optional(),
    })
    .optional(),
});

const describeEndpoint = async (EndpointName: string) => {
  try {
    return DescribedEndpoint.parse(await sagemaker.send(new DescribeEndpointCommand({ EndpointName })));
  } catch (cause) {
    if (isNotThere(cause)) return undefined;
    throw cause;
  }
};

/** An endpoint configuration and its model of the same name, as described; undefined if one of them is not there. */
export const findConfiguration = async (name: string) => {
  try {
    const [configuration, model] = await Promise.all([
      sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: name })),
      sagemaker.send(new DescribeModelCommand({ ModelName: name })),
    ]);
    const variants = configuration.ProductionVariants?.map(({ VariantName = '' }) => VariantName) ?? [];
    return { configuration, model, variants };
  } catch (cause) {
    if (isNotThere(cause)) return undefined;
    throw cause;
  }
};

/** The packages of what a configuration serves, as its model says it or, where it names objects, its tag; may be none. */
export const packagesBehind = async (configName: string): Promise<string[]> => {
  const found = await findConfiguration(configName);
  if (found === undefined) return [];
  const { PrimaryContainer, Containers = [], ModelArn } = found.model;
  const containers = PrimaryContainer === undefined ? Containers : [PrimaryContainer];
  const named = containers.flatMap(({ ModelPackageName }) => ModelPackageName ?? []);
  if (named.length > 0) return named;
  const { Tags = [] } = await sagemaker.send(new ListTagsCommand({ ResourceArn: ModelArn }));
  return Tags.flatMap(({ Key, Value = '' }) => (Key === PACKAGE_TAG ? [Value] : []));
};

/** Whether SageMaker has no resource of this name. */
export const isNotThere = (cause: unknown): boolean =>
  cause instanceof SageMakerServiceException && /could not find/i.test(cause.message);

const PENDING = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack'];

/**
 * Whether an endpoint serves the configuration that it was given. In service under another configuration means that
 * SageMaker rolled the update back: that is a failure, however healthy the endpoint looks.
 */
export const endpointStatus: Deployer['status'] = async (endpointName, endpointConfigName) => {
  const found = await describeEndpoint(endpointName);
  if (found === undefined) return { status: 'failed', reason: `endpoint ${endpointName} is not there` };
  const isNew = found.EndpointStatus === 'Creating';
  if (PENDING.includes(found.EndpointStatus)) return { status: 'pending', endpointConfigName, isNew };
  if (found.EndpointStatus !== 'InService') {
    return {
      status: 'failed',
      reason: `endpoint is ${found.EndpointStatus}: ${found.FailureReason ?? 'no reason given'}`,
    };
  }
  if (found.EndpointConfigName !== endpointConfigName) {
    const { EndpointConfigName: serves, FailureReason } = found;
    const why = FailureReason === undefined ? '' : `: ${FailureReason}`;
    return { status: 'failed', reason: `endpoint serves ${serves}, not ${endpointConfigName}${why}`, serves };
  }
  const images = found.ProductionVariants.flatMap(({ DeployedImages }) => DeployedImages);
  return {
    status: 'in_service',
    endpointConfigName,
    images: images.map(({ ResolvedImage = 'an image without a digest' }) => ResolvedImage),
  };
};

/** Whether this call created the resource. Otherwise it is there: an earlier call created it, or somebody else. */
export const createUnlessThere = async (creation: Promise<unknown>): Promise<boolean> => {
  try {
    await creation;
    return true;
  } catch (cause) {
    const isThere =
      cause instanceof SageMakerServiceException && /already exist|cannot create already existing/i.test(cause.message);
    if (!isThere) throw cause;
    return false;
  }
};

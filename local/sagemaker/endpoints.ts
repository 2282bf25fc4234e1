import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Capacities, capacitiesOf, coming, type Retained, Retention, retained, scaled } from './capacities.ts';
import { Tags, type TagsByArn } from './lineage.ts';
import { ListEndpoints, listed } from './listed-endpoints.ts';
import { arn, invalid, type Operation, operation, seconds, type World } from './operation.ts';
import { shelf } from './shelf.ts';

const name = z.string();
const Container = z.looseObject({ Image: z.string().optional(), ModelPackageName: z.string().optional() });
const CreateModel = z.looseObject({
  ModelName: name,
  PrimaryContainer: Container.optional(),
  Containers: z.array(Container).optional(),
  Tags: Tags.optional(),
});
const ProductionVariants = z.array(
  z.looseObject({
    VariantName: name,
    ModelName: name.optional(),
    InitialInstanceCount: z.number().default(1),
    InitialVariantWeight: z.number().default(1),
  }),
);
const CreateConfig = z.looseObject({
  EndpointConfigName: name,
  ProductionVariants,
  ShadowProductionVariants: ProductionVariants.optional(),
  DataCaptureConfig: z.unknown().optional(),
  Tags: Tags.optional(),
});
const PointEndpoint = z.object({
  EndpointName: name,
  EndpointConfigName: name,
  DeploymentConfig: z.unknown().optional(),
});
const CreateEndpoint = PointEndpoint.extend({ Tags: Tags.optional() });
const UpdateEndpoint = PointEndpoint.extend({
  ...Retention.shape,
  RetainDeploymentConfig: z.boolean().default(false),
});
const ByName = z.object({ EndpointName: name });

type Status = 'Creating' | 'Updating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed';

interface Endpoint extends Retained {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  modified: Date;
  status: Status;
  configName: string;
  /** As DescribeEndpoint tells of it. */
  pending: Readonly<Record<'EndpointConfigName' | 'StartTime' | 'ProductionVariants', unknown>> | undefined;
  failureReason: string | undefined;
  deploymentConfig: unknown;
}

/** Models, endpoint configurations, and endpoints, whose states change slowly as on AWS. */
export class Endpoints {
  readonly #world: World;
  readonly #imagesOf: (nameOrArn: string) => string[];
  readonly #tags: TagsByArn;
  readonly #models = shelf<z.infer<typeof CreateModel>>('model', 'model');
  readonly #configs = shelf<z.infer<typeof CreateConfig>>('endpoint-config', 'endpoint configuration');
  readonly #endpoints = new Map<string, Endpoint>();

  /** `imagesOf` answers the images of a model package, and throws when no such package exists. */
  constructor(world: World, imagesOf: (nameOrArn: string) => string[], tags: TagsByArn) {
    this.#tags = tags;
    this.#world = world;
    this.#imagesOf = imagesOf;
  }

  operations(): Record<string, Operation> {
    return {
      CreateModel: operation(CreateModel, (input) => this.#createModel(input)),
      DescribeModel: operation(z.object({ ModelName: name }), (input) => {
        const { arn: ModelArn, created, members } = this.#models.get(input.ModelName);
        return { EnableNetworkIsolation: false, ...members, ModelArn, CreationTime: seconds(created) };
      }),
      DeleteModel: operation(z.object({ ModelName: name }), (input) => this.#models.remove(input.ModelName)),
      DeleteEndpointConfig: operation(z.object({ EndpointConfigName: name }), (input) =>
        this.#configs.remove(input.EndpointConfigName),
      ),
      CreateEndpointConfig: operation(CreateConfig, (input) => this.#createConfig(input)),
      DescribeEndpointConfig: operation(z.object({ EndpointConfigName: name }), (input) => {
        const { arn: EndpointConfigArn, created, members } = this.#configs.get(input.EndpointConfigName);
        return { ...members, EndpointConfigArn, CreationTime: seconds(created) };
      }),
      CreateEndpoint: operation(CreateEndpoint, (input) => this.#create(input)),
      UpdateEndpoint: operation(UpdateEndpoint, (input) => this.#update(input)),
      UpdateEndpointWeightsAndCapacities: operation(Capacities, (input) => this.#scale(input)),
      DescribeEndpoint: operation(ByName, (input) => {
        const endpoint = this.#find(input.EndpointName);
        return describe(endpoint, this.#variantsOf(endpoint));
      }),
      ListEndpoints: operation(ListEndpoints, (input) => listed([...this.#endpoints.values()], input)),
      DeleteEndpoint: operation(ByName, (input) => this.#delete(input)),
    };
  }

  #createModel({ Tags, ...input }: z.infer<typeof CreateModel>): object {
    for (const { ModelPackageName } of containersOf(input)) {
      if (ModelPackageName !== undefined) this.#imagesOf(ModelPackageName);
    }
    const ModelArn = this.#models.add(input.ModelName, input, this.#world.now());
    this.#tag(ModelArn, Tags);
    return { ModelArn };
  }

  #createConfig({ Tags, ...input }: z.infer<typeof CreateConfig>): object {
    for (const variant of [...input.ProductionVariants, ...(input.ShadowProductionVariants ?? [])]) {
      if (variant.ModelName !== undefined) this.#models.get(variant.ModelName);
    }
    const EndpointConfigArn = this.#configs.add(input.EndpointConfigName, input, this.#world.now());
    this.#tag(EndpointConfigArn, Tags);
    return { EndpointConfigArn };
  }

  #tag(resourceArn: string, given: z.infer<typeof Tags> = []): void {
    this.#tags.set(resourceArn, new Map(given.map(({ Key, Value }) => [Key, Value])));
  }

  #create(input: z.infer<typeof CreateEndpoint>): object {
    const name = input.EndpointName;
    if (this.#endpoints.has(name)) throw invalid(`Cannot create already existing endpoint "${endpointArn(name)}".`);
    const { members } = this.#configs.get(input.EndpointConfigName);
    const endpoint: Endpoint = {
      name,
      arn: endpointArn(name),
      created: this.#world.now(),
      modified: this.#world.now(),
      status: 'Creating',
      configName: input.EndpointConfigName,
      variants: capacitiesOf(members),
      dataCapture: members.DataCaptureConfig,
      pending: undefined,
      failureReason: undefined,
      deploymentConfig: input.DeploymentConfig,
    };
    this.#endpoints.set(name, endpoint);
    this.#tag(endpoint.arn, input.Tags);
    this.#become(endpoint, 'Creating');
    const failure = this.#order(name, 'failNextCreate');
    this.#later(endpoint.name, () => {
      endpoint.failureReason = failure;
      this.#become(endpoint, failure === undefined ? 'InService' : 'Failed');
    });
    return { EndpointArn: endpoint.arn };
  }

  #update(input: z.infer<typeof UpdateEndpoint>): object {
    const endpoint = this.#findSettled(input.EndpointName);
    const after = retained(endpoint, this.#configs.get(input.EndpointConfigName).members, input);
    const StartTime = seconds(this.#world.now());
    const ProductionVariants = coming(after, input.DeploymentConfig, StartTime);
    endpoint.pending = { EndpointConfigName: input.EndpointConfigName, StartTime, ProductionVariants };
    endpoint.failureReason = undefined;
    endpoint.deploymentConfig = input.RetainDeploymentConfig ? endpoint.deploymentConfig : input.DeploymentConfig;
    this.#become(endpoint, 'Updating');
    const failure = this.#order(endpoint.name, 'failNextUpdate');
    this.#later(endpoint.name, () => {
      endpoint.pending = undefined;
      if (failure !== undefined) return this.#rollBack(endpoint, failure);
      Object.assign(endpoint, after, { configName: input.EndpointConfigName });
      this.#become(endpoint, 'InService');
    });
    return { EndpointArn: endpoint.arn };
  }

  #scale(input: z.infer<typeof Capacities>): object {
    const endpoint = this.#findSettled(input.EndpointName);
    endpoint.variants = scaled(endpoint.variants, input);
    return { EndpointArn: endpoint.arn };
  }

  /** Puts the old configuration in service again. The reason stays readable. */
  #rollBack(endpoint: Endpoint, reason: string): void {
    endpoint.failureReason = reason;
    this.#become(endpoint, 'RollingBack');
    this.#later(endpoint.name, () => this.#become(endpoint, 'InService'));
  }

  #delete(input: z.infer<typeof ByName>): object {
    const endpoint = this.#findSettled(input.EndpointName);
    this.#become(endpoint, 'Deleting');
    this.#later(endpoint.name, () => this.#endpoints.delete(endpoint.name));
    return {};
  }

  #find(name: string): Endpoint {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) throw invalid(`Could not find endpoint "${endpointArn(name)}".`);
    return endpoint;
  }

  #findSettled(name: string): Endpoint {
    const endpoint = this.#find(name);
    if (endpoint.status === 'InService' || endpoint.status === 'Failed') return endpoint;
    throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`);
  }

  /** What the endpoint serves, as it describes it. SageMaker resolves an image once, when it deploys it. */
  #variantsOf({ configName, modified, variants: capacities }: Endpoint): object[] {
    return this.#configs.get(configName).members.ProductionVariants.map((variant) => {
      const containers =
        variant.ModelName === undefined ? [] : containersOf(this.#models.get(variant.ModelName).members);
      const images = containers.flatMap(({ Image, ModelPackageName }) => [
        ...(Image === undefined ? [] : [Image]),
        ...(ModelPackageName === undefined ? [] : this.#imagesOf(ModelPackageName)),
      ]);
      return {
        VariantName: variant.VariantName,
        DeployedImages: images.map((SpecifiedImage) => ({
          SpecifiedImage,
          ResolvedImage: this.#world.settings.resolvedImages[SpecifiedImage] ?? resolve(SpecifiedImage),
          ResolutionTime: seconds(modified),
        })),
        CurrentWeight: capacities.get(variant.VariantName)?.weight,
        DesiredWeight: capacities.get(variant.VariantName)?.weight,
        CurrentInstanceCount: capacities.get(variant.VariantName)?.count,
        DesiredInstanceCount: capacities.get(variant.VariantName)?.count,
      };
    });
  }

  #become(endpoint: Endpoint, status: Status): void {
    endpoint.status = status;
    endpoint.modified = this.#world.now();
    this.#world.publish(stateChange(endpoint, this.#variantsOf(endpoint)));
  }

  #later(name: string, step: () => void): void {
    const { settings, after } = this.#world;
    after(settings.delayMs, () => (settings.endpoints[name]?.hold === true ? this.#later(name, step) : step()));
  }

  /** An order to fail is used up by one deployment. */
  #order(name: string, order: 'failNextCreate' | 'failNextUpdate'): string | undefined {
    const { settings } = this.#world;
    for (const orders of [settings.endpoints[name], settings]) {
      const reason = orders?.[order];
      if (reason === undefined) continue;
      delete orders?.[order];
      return reason;
    }
    return undefined;
  }
}

/** SageMaker writes names in lower case into the ARNs of these resources. */
const endpointArn = (name: string): string => arn(`endpoint/${name.toLowerCase()}`);

const containersOf = ({ Containers, PrimaryContainer }: z.infer<typeof CreateModel>) =>
  Containers ?? (PrimaryContainer === undefined ? [] : [PrimaryContainer]);

/** There is no registry behind the stand-in: a tag always stands for the same made-up digest. */
const resolve = (image: string): string =>
  image.includes('@')
    ? image
    : `${image.replace(/:[^:/]*$/, '')}@sha256:${createHash('sha256').update(image).digest('hex')}`;

function describe(endpoint: Endpoint, variants: object[]): object {
  const isServing = endpoint.status !== 'Creating' && endpoint.status !== 'Failed';
  const { pending } = endpoint;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    EndpointStatus: endpoint.status,
    CreationTime: seconds(endpoint.created),
    LastModifiedTime: seconds(endpoint.modified),
    ...(isServing ? { ProductionVariants: variants } : {}),
    ...(endpoint.dataCapture === undefined ? {} : { DataCaptureConfig: endpoint.dataCapture }),
    ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
    ...(endpoint.deploymentConfig === undefined ? {} : { LastDeploymentConfig: endpoint.deploymentConfig }),
    ...(pending === undefined ? {} : { PendingDeploymentSummary: pending }),
  };
}

/** In events the status is written `IN_SERVICE`, and times are milliseconds. */
function stateChange(endpoint: Endpoint, variants: object[]) {
  return {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Endpoint State Change',
    resources: [endpoint.arn],
    detail: {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: endpoint.configName,
      ProductionVariants: variants,
      EndpointStatus: endpoint.status.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase(),
      ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
      CreationTime: endpoint.created.getTime(),
      LastModifiedTime: endpoint.modified.getTime(),
      Tags: {},
    },
  };
}

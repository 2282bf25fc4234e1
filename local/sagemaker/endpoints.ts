import * as z from 'zod';
import { arn, invalid, type Operation, operation, seconds, type World } from './operation.ts';
import { Container, DeploymentConfig, ModelName, ProductionVariants, ResourceName, RoleArn, Tags } from './shapes.ts';

const CreateModel = z.looseObject({
  ModelName,
  PrimaryContainer: Container.optional(),
  Containers: z.array(Container).max(15).optional(),
  ExecutionRoleArn: RoleArn.optional(),
  Tags: Tags.optional(),
});
const CreateConfig = z.looseObject({
  EndpointConfigName: ResourceName,
  ProductionVariants,
  ShadowProductionVariants: ProductionVariants.optional(),
  Tags: Tags.optional(),
});
const CreateEndpoint = z.object({
  EndpointName: ResourceName,
  EndpointConfigName: ResourceName,
  DeploymentConfig: DeploymentConfig.optional(),
  Tags: Tags.optional(),
});
const UpdateEndpoint = z.object({
  EndpointName: ResourceName,
  EndpointConfigName: ResourceName,
  DeploymentConfig: DeploymentConfig.optional(),
  RetainAllVariantProperties: z.boolean().optional(),
  RetainDeploymentConfig: z.boolean().optional(),
});
const ByName = z.object({ EndpointName: ResourceName });

type Status = 'Creating' | 'Updating' | 'RollingBack' | 'InService' | 'Deleting' | 'Failed';

interface Endpoint {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  modified: Date;
  status: Status;
  configName: string;
  pending: { readonly configName: string; readonly since: Date } | undefined;
  failureReason: string | undefined;
  deploymentConfig: z.infer<typeof DeploymentConfig> | undefined;
}

interface Stored {
  readonly arn: string;
  readonly members: Record<string, unknown>;
  readonly variants: z.infer<typeof ProductionVariants>;
}

/** Models, endpoint configurations, and endpoints, whose states change slowly as on AWS. */
export class Endpoints {
  readonly #world: World;
  readonly #requireModelPackage: (nameOrArn: string) => void;
  readonly #models = shelf('model', 'model');
  readonly #configs = shelf('endpoint-config', 'endpoint configuration');
  readonly #endpoints = new Map<string, Endpoint>();

  /** `requireModelPackage` throws when no such package exists. */
  constructor(world: World, requireModelPackage: (nameOrArn: string) => void) {
    this.#world = world;
    this.#requireModelPackage = requireModelPackage;
  }

  operations(): Record<string, Operation> {
    return {
      CreateModel: operation(CreateModel, (input) => this.#createModel(input)),
      DescribeModel: operation(z.object({ ModelName }), (input) => {
        const model = this.#models.get(input.ModelName);
        return { EnableNetworkIsolation: false, ...model.members, ModelArn: model.arn };
      }),
      CreateEndpointConfig: operation(CreateConfig, (input) => this.#createConfig(input)),
      DescribeEndpointConfig: operation(z.object({ EndpointConfigName: ResourceName }), (input) => {
        const config = this.#configs.get(input.EndpointConfigName);
        return { ...config.members, EndpointConfigArn: config.arn };
      }),
      CreateEndpoint: operation(CreateEndpoint, (input) => this.#create(input)),
      UpdateEndpoint: operation(UpdateEndpoint, (input) => this.#update(input)),
      DescribeEndpoint: operation(ByName, (input) => {
        const endpoint = this.#find(input.EndpointName);
        return describe(endpoint, this.#configs.get(endpoint.configName).variants);
      }),
      DeleteEndpoint: operation(ByName, (input) => this.#delete(input)),
    };
  }

  #createModel({ Tags: _, ...input }: z.infer<typeof CreateModel>): object {
    const containers = input.Containers ?? (input.PrimaryContainer === undefined ? [] : [input.PrimaryContainer]);
    for (const { ModelPackageName } of containers) {
      if (ModelPackageName !== undefined) this.#requireModelPackage(ModelPackageName);
    }
    return { ModelArn: this.#models.add(input.ModelName, input, [], this.#world.now()) };
  }

  #createConfig({ Tags: _, ...input }: z.infer<typeof CreateConfig>): object {
    for (const variant of [...input.ProductionVariants, ...(input.ShadowProductionVariants ?? [])]) {
      if (variant.ModelName !== undefined) this.#models.get(variant.ModelName);
    }
    const name = input.EndpointConfigName;
    return { EndpointConfigArn: this.#configs.add(name, input, input.ProductionVariants, this.#world.now()) };
  }

  #create(input: z.infer<typeof CreateEndpoint>): object {
    const name = input.EndpointName;
    if (this.#endpoints.has(name)) throw invalid(`Cannot create already existing endpoint "${endpointArn(name)}".`);
    this.#configs.get(input.EndpointConfigName);
    const endpoint: Endpoint = {
      name,
      arn: endpointArn(name),
      created: this.#world.now(),
      modified: this.#world.now(),
      status: 'Creating',
      configName: input.EndpointConfigName,
      pending: undefined,
      failureReason: undefined,
      deploymentConfig: input.DeploymentConfig,
    };
    this.#endpoints.set(name, endpoint);
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
    this.#configs.get(input.EndpointConfigName);
    endpoint.pending = { configName: input.EndpointConfigName, since: this.#world.now() };
    endpoint.failureReason = undefined;
    endpoint.deploymentConfig = input.DeploymentConfig ?? endpoint.deploymentConfig;
    this.#become(endpoint, 'Updating');
    const failure = this.#order(endpoint.name, 'failNextUpdate');
    this.#later(endpoint.name, () => {
      endpoint.pending = undefined;
      if (failure !== undefined) return this.#rollBack(endpoint, failure);
      endpoint.configName = input.EndpointConfigName;
      this.#become(endpoint, 'InService');
    });
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

  #become(endpoint: Endpoint, status: Status): void {
    endpoint.status = status;
    endpoint.modified = this.#world.now();
    this.#world.publish(stateChange(endpoint, this.#configs.get(endpoint.configName).variants));
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

function shelf(kind: string, words: string) {
  const stored = new Map<string, Stored>();
  const arnOf = (name: string) => arn(`${kind}/${name.toLowerCase()}`);
  return {
    add(name: string, members: Record<string, unknown>, variants: Stored['variants'], now: Date): string {
      if (stored.has(name)) throw invalid(`Cannot create already existing ${words} "${arnOf(name)}".`);
      stored.set(name, { arn: arnOf(name), members: { ...members, CreationTime: seconds(now) }, variants });
      return arnOf(name);
    },
    get(name: string): Stored {
      const found = stored.get(name);
      if (found === undefined) throw invalid(`Could not find ${words} "${arnOf(name)}".`);
      return found;
    },
  };
}

function describe(endpoint: Endpoint, variants: Stored['variants']): object {
  const isServing = endpoint.status !== 'Creating' && endpoint.status !== 'Failed';
  const { pending } = endpoint;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: endpoint.configName,
    EndpointStatus: endpoint.status,
    CreationTime: seconds(endpoint.created),
    LastModifiedTime: seconds(endpoint.modified),
    ...(isServing ? { ProductionVariants: summarise(variants) } : {}),
    ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
    ...(endpoint.deploymentConfig === undefined ? {} : { LastDeploymentConfig: endpoint.deploymentConfig }),
    ...(pending === undefined
      ? {}
      : { PendingDeploymentSummary: { EndpointConfigName: pending.configName, StartTime: seconds(pending.since) } }),
  };
}

function summarise(variants: Stored['variants']): object[] {
  return variants.map((variant) => ({
    VariantName: variant.VariantName,
    CurrentWeight: variant.InitialVariantWeight ?? 1,
    DesiredWeight: variant.InitialVariantWeight ?? 1,
    CurrentInstanceCount: variant.InitialInstanceCount ?? 1,
    DesiredInstanceCount: variant.InitialInstanceCount ?? 1,
  }));
}

/** In events the status is written `IN_SERVICE`, and times are milliseconds. */
function stateChange(endpoint: Endpoint, variants: Stored['variants']) {
  return {
    source: 'aws.sagemaker',
    detailType: 'SageMaker Endpoint State Change',
    resources: [endpoint.arn],
    detail: {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: endpoint.configName,
      ProductionVariants: summarise(variants),
      EndpointStatus: endpoint.status.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase(),
      ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
      CreationTime: endpoint.created.getTime(),
      LastModifiedTime: endpoint.modified.getTime(),
      Tags: {},
    },
  };
}

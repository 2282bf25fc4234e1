/** The stand-in for SageMaker, for the adapters in this process; time passes when the test says so. */
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { AwsEvent } from '../../local/aws-events.ts';
import { clientConfig, localRegion } from '../../local/clients.ts';
import { startSageMaker } from '../../local/sagemaker/server.ts';
import { aManifest, aServing } from './approval-case.ts';

export interface SageMaker {
  readonly client: SageMakerClient;
  /** What was announced on the default bus so far. */
  events(): Promise<readonly AwsEvent[]>;
  /** Everything that is in progress advances by one state. */
  passTime(): void;
  /** Orders a failure, as `PUT /_standin/settings` does. */
  order(settings: object): Promise<void>;
  /** A package in a group of its own; answers its ARN. */
  makePackage(group: string, members?: object): Promise<string>;
  packagesOf(group: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** The adapter makes its client when loaded, and reads the endpoint at its first call: it must be set by then. */
export const startSageMakerHere = async (): Promise<SageMaker> => {
  const events: AwsEvent[] = [];
  const steps: (() => void)[] = [];
  const standIn = await startSageMaker({
    port: 0,
    after: (_, step) => steps.push(step),
    putEvent: async (event) => {
      events.push(event);
    },
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SAGEMAKER: standIn.endpoint,
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
  });
  const client = new SageMakerClient(clientConfig(standIn.endpoint));
  return {
    client,
    events: async () => {
      await standIn.settled();
      return events;
    },
    passTime: () => {
      for (const step of steps.splice(0)) step();
    },
    order: async (settings) => {
      await fetch(`${standIn.endpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });
    },
    makePackage: async (ModelPackageGroupName, members = {}) => {
      await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName })).catch(() => undefined);
      const made = await client.send(new CreateModelPackageCommand({ ModelPackageGroupName, ...members }));
      return made.ModelPackageArn ?? '';
    },
    packagesOf: async (ModelPackageGroupName) => {
      const { ModelPackageSummaryList = [] } = await client.send(
        new ListModelPackagesCommand({ ModelPackageGroupName }),
      );
      return ModelPackageSummaryList.map((summary) => summary.ModelPackageArn ?? '');
    },
    stop: () => standIn.stop(),
  };
};

const { image: Image, environment: Environment } = aServing();

/** The inference specification of a package that holds this artifact, and otherwise what the tests' releases serve. */
export const holding = (...ModelDataUrls: string[]) => ({
  InferenceSpecification: {
    Containers: ModelDataUrls.map((ModelDataUrl) => ({ Image, Environment, ModelDataUrl })),
    SupportedContentTypes: ['application/json'],
    SupportedResponseMIMETypes: ['application/json'],
  },
});

/** A package of a model, in its group, that holds the artifact and the image of the tests' manifests; answers its ARN. */
export const registerPackage = async (endpoint: string, ModelPackageGroupName: string): Promise<string> => {
  const client = new SageMakerClient(clientConfig(endpoint));
  await client.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName })).catch(() => undefined);
  const held = holding(aManifest().artifact_uri);
  const made = await client.send(new CreateModelPackageCommand({ ModelPackageGroupName, ...held }));
  return made.ModelPackageArn ?? '';
};

/** Changes what a package holds, as anybody may who may update it; answers how to change it back. */
export const changePackage = async (endpoint: string, ModelPackageArn: string, container: object) => {
  const client = new SageMakerClient(clientConfig(endpoint));
  const { InferenceSpecification: before } = await client.send(
    new DescribeModelPackageCommand({ ModelPackageName: ModelPackageArn }),
  );
  const put = (InferenceSpecification: typeof before) =>
    client.send(new UpdateModelPackageCommand({ ModelPackageArn, InferenceSpecification }));
  const [own] = before?.Containers ?? [];
  await put({ ...before, Containers: [{ Image: '', ...own, ...container }] });
  return () => put(before);
};

/** What SageMaker says of an update. What the package holds is not read out of it. */
export const packageUpdated = (ModelPackageArn: string, updated = ['InferenceSpecification']) => ({
  'detail-type': 'SageMaker Model Package State Change',
  source: 'aws.sagemaker',
  detail: {
    ModelPackageArn,
    ModelPackageStatus: 'Completed',
    ModelApprovalStatus: 'Approved',
    UpdatedModelPackageFields: updated,
  },
});

/** Endpoint configurations of these names; all of one model. */
export const makeConfigs = async (client: SageMakerClient, ...names: string[]): Promise<void> => {
  const ExecutionRoleArn = 'arn:aws:iam::000000000000:role/model-execution';
  const PrimaryContainer = { Image };
  await client.send(new CreateModelCommand({ ModelName: 'model', ExecutionRoleArn, PrimaryContainer }));
  for (const EndpointConfigName of names) {
    const variant = { VariantName: 'all', ModelName: 'model', InitialInstanceCount: 1 };
    const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
    await client.send(new CreateEndpointConfigCommand({ EndpointConfigName, ProductionVariants }));
  }
};

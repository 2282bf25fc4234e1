/** A model in production by the real steps, and what others do to its endpoint past Assay. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type CreateModelCommandInput,
  SageMakerClient,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { expect } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { clientConfig } from '../../local/clients.ts';
import { deployedBytes, SHIPPED_POLICY } from './deployed-files.ts';
import { patiently } from './patiently.ts';
import { exampleManifest, type Product, startProduct } from './product.ts';
import { walk } from './walk.ts';

export const MODEL = 'hmda-mortgage';
export const RELEASE = `${MODEL}-1.1.0`;
export const APPROVERS = ['ana.silva', 'ruth.meyer'];
const ROLE = 'arn:aws:iam::000000000000:role/of-others';

/** The product with a policy that says this of what is found, with one release in production. */
export const startSwept = async (name: string, quarantine: 'tell' | 'switch_back' | 'take_down') => {
  const product = await startProduct(name, deployedBytes({ ...SHIPPED_POLICY, quarantine }));
  const detail = await exampleManifest('1.1.0');
  const event = { 'detail-type': 'Release Requested', source: 'example.pipeline', detail };
  expect(await product.invoke('receive-release', event)).toMatchObject({ outcome: 'accepted' });
  const { invoke } = product;
  const people = async () => {
    for (const person of APPROVERS) await product.decide(RELEASE, person);
    return (await product.store.get('request', `apr-${RELEASE}`))?.status ?? '';
  };
  expect(await walk('release', { input: { releaseId: RELEASE }, invoke, people })).toBe('ReleaseApproved');
  await product.drain();
  const input = { releaseId: RELEASE, attempt: 1 };
  expect(await walk('promotion', { input, invoke, meanwhile: product.drain })).toBe('ReleasePromoted');
  return { product, ...sweeping(product) };
};

export const sweeping = (product: Product) => {
  const sagemaker = new SageMakerClient(clientConfig(product.aws.sagemakerEndpoint));
  /** A model and a configuration of others, of this name. */
  const configure = async (name: string, model: Partial<CreateModelCommandInput>): Promise<void> => {
    await sagemaker.send(new CreateModelCommand({ ExecutionRoleArn: ROLE, ...model, ModelName: name }));
    const variant = { VariantName: 'AllTraffic', ModelName: name, InitialInstanceCount: 1 };
    const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
    await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
  };
  const inService = (endpointName: string, serves: string) =>
    patiently(async () => expect(await findEndpoint(endpointName)).toMatchObject({ serves, condition: 'in_service' }));
  return {
    sagemaker,
    configure,
    inService,
    /** Somebody updates the endpoint of the model to a configuration of theirs. */
    changeByHand: async (name: string, model: Partial<CreateModelCommandInput>): Promise<void> => {
      await configure(name, model);
      await sagemaker.send(new UpdateEndpointCommand({ EndpointName: MODEL, EndpointConfigName: name }));
      await inService(MODEL, name);
    },
    /** Somebody creates an endpoint of their own. */
    createByHand: async (name: string, model: Partial<CreateModelCommandInput>): Promise<void> => {
      await configure(name, model);
      await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
      await inService(name, name);
    },
    sweep: () => product.invoke('sweep-endpoints', { source: 'sweep' }),
    hear: (EndpointName: string) => product.invoke('sweep-endpoints', { detail: { EndpointName } }),
    events: async (chain: string = MODEL) => (await product.store.events(chain)).map(({ event }) => event),
    watched: (name: string = MODEL) => product.store.get('watched_endpoint', name),
  };
};

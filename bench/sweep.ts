/**
 * How many calls to AWS the sweep of 1,000 models makes: in a minute in which nothing was modified, in one in which one endpoint
 * was, and for the hour's look at all of them. The Lambda's own handler runs in this process; the clients of the SDK are
 * answered by what is recorded here, so that nothing but calls is counted.
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { endpointId } from '../lib/domain/records/endpoint.ts';
import { aServing, NOW } from '../test/support/approval-case.ts';
import { anEndpoint, aPointer, inProduction, policy } from '../test/support/release-life.ts';

const MODELS = 1_000;
/** What DESIGN asks for. */
const QUIET_MAX = 15;

type Named = { readonly constructor: { readonly name: string }; readonly input: Record<string, never> };
const nameOf = (name: string): string => name.replace(/Command$/, '').replace(/(Document)?Client$/, '');

const names = Array.from({ length: MODELS }, (_, index) => `model-${index}`);
const calls = new Map<string, number>();
let state: Record<string, unknown> | undefined;
let modified: readonly string[] = [];
const watched = new Map<string, object>();

const serving = aServing();
const releaseOf = (name: string) => ({
  ...inProduction,
  releaseId: `${name}-1`,
  modelName: name,
  serving: { ...serving, endpoint_name: name },
});
const pointerOf = (name: string) =>
  aPointer({ modelName: name as never, releaseId: `${name}-1` as never, endpointName: name, endpointConfigName: name });

/** A row of the table, by its key; those that the sweep writes are kept. */
const rowOf = ({ pk }: { readonly pk: string }): object | undefined => {
  const [kind = '', id = ''] = pk.split('#');
  if (kind === 'SWEEP') return state;
  if (kind === 'ENDPOINT') return { ...anEndpoint(), endpointId: id, endpointName: id, modelName: id };
  if (kind === 'POINTER') return pointerOf(id);
  if (kind === 'RELEASE') return releaseOf(id.replace(/-1$/, ''));
  if (kind === 'POLICY') return { entity: 'policy', version: 1, policySha256: id, policy, firstSeenAt: NOW };
  return watched.get(pk);
};

const image = { ResolvedImage: serving.image };
const page = ({ NextToken = '0', LastModifiedTimeAfter: after }: Record<string, unknown>) => {
  const listed = after === undefined ? names : modified;
  const start = Number(NextToken);
  return {
    Endpoints: listed.slice(start, start + 100).map((EndpointName) => ({ EndpointName })),
    ...(start + 100 < listed.length ? { NextToken: String(start + 100) } : {}),
  };
};

/** What AWS answers, as far as the sweep reads it. */
const answerOf = (name: string, input: Record<string, unknown>): unknown => {
  const endpoint = String(input['EndpointName'] ?? input['EndpointConfigName'] ?? input['ModelName']);
  switch (name) {
    case 'ListEndpoints':
      return page(input);
    case 'DescribeEndpoint':
      return {
        ...{ EndpointName: endpoint, EndpointConfigName: endpoint, EndpointStatus: 'InService' },
        ...{ CreationTime: new Date(NOW), LastModifiedTime: new Date(NOW) },
        ProductionVariants: [{ VariantName: 'AllTraffic', CurrentWeight: 1, DeployedImages: [image] }],
      };
    case 'DescribeEndpointConfig':
      return { EndpointConfigName: endpoint, ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: endpoint }] };
    case 'DescribeModel':
      return { ModelName: endpoint, PrimaryContainer: { Image: serving.image } };
    case 'DescribeModelPackage':
      return { ModelPackageArn: String(input['ModelPackageName']), CustomerMetadataProperties: {} };
    case 'HeadObject':
      return { VersionId: inProduction.sources.artifact.versionId };
    case 'GetObject':
      return { ContentLength: 2, Body: { transformToByteArray: async () => Buffer.from('[]') } };
    case 'GetPublicKey':
      return { PublicKey: Buffer.alloc(91) };
    case 'Get':
      return { Item: rowOf(input['Key'] as { pk: string }) };
    case 'Put':
      state = input['Item'] as Record<string, unknown>;
      return {};
    case 'Query':
      return {
        Items: isOwnerIndex(input)
          ? names.map((id) => ({
              pk: `ENDPOINT#${id}`,
              ...anEndpoint({ endpointId: endpointId(id), endpointName: id, modelName: id as never }),
            }))
          : [],
      };
    case 'TransactWrite':
      for (const { Put: put } of input['TransactItems'] as { Put?: { Item: { pk: string; sk: string } } }[]) {
        if (/^(WATCH|SERVED)#/.test(put?.Item.pk ?? '') && put !== undefined) watched.set(put.Item.pk, put.Item);
      }
      return {};
    default:
      throw new Error(`the bench knows no ${name}`);
  }
};
const isOwnerIndex = ({ ExpressionAttributeValues: values }: Record<string, unknown>): boolean =>
  Object.values(values ?? {}).includes('ENDPOINTS');

const bases = [DynamoDBClient, DynamoDBDocumentClient, KMSClient, S3Client, SageMakerClient].map(({ prototype }) =>
  Object.getPrototypeOf(prototype),
);
for (const base of new Set(bases)) {
  base.send = async (command: Named) => {
    const name = nameOf(command.constructor.name);
    calls.set(name, (calls.get(name) ?? 0) + 1);
    return answerOf(name, command.input);
  };
}

Object.assign(process.env, {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  AWS_REGION: 'us-east-1',
  ...{
    TABLE_NAME: 'releases',
    ACCOUNT_ID: '000000000000',
    MODEL_PACKAGES_ARN: 'arn:aws:sagemaker:us-east-1:000000000000:model-package',
  },
  ...{
    MODEL_BUCKETS_BUCKET: 'b',
    MODEL_BUCKETS_KEY: 'k',
    MODEL_EXECUTION_ROLE_ARN: 'arn:aws:iam::000000000000:role/model',
  },
  MODEL_BUCKETS_SHA256: '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
  ...{ RECORD_KEY_IDS: 'record', DECISION_KEY_IDS: 'decision', WATCHED_ENDPOINTS: '' },
});
const { handler } = await import('../lambdas/sweep-endpoints/handler.ts');

const minute = async (what: string, most?: number): Promise<number> => {
  calls.clear();
  const answer = await handler({ source: 'sweep' }, {} as Context); // the handler reads nothing of it
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${what}: ${total} calls ${JSON.stringify(Object.fromEntries(calls))}, ${JSON.stringify(answer)}`);
  if (most !== undefined && total > most) throw new Error(`${what}: ${total} calls, but ${most} are allowed`);
  return total;
};

state = { version: 1, listedUntil: new Date().toISOString(), allListedAt: new Date().toISOString(), waiting: [] };
await minute(`a minute of ${MODELS} models in which nothing was modified`, QUIET_MAX);
modified = names.slice(0, 1);
await minute('the first look at one endpoint that was modified');
await minute('a look at one endpoint that is as it was found');
modified = [];
state = { ...state, allListedAt: '2020-01-01T00:00:00.000Z' };
let hour = await minute('the hour, first minute');
while ((state['waiting'] as string[]).length > 0) hour += await minute('the hour, next minute');
console.log(`the looks of an hour at ${MODELS} models: ${hour} calls`);

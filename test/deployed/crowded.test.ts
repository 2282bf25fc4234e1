/** A deployment in an account that is new, where ten Lambdas run at a time, and the eleventh is throttled. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateGetExecutionHistory, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import { clientConfig } from '../../local/clients.ts';
import { type Deployment, startDeployment } from '../../local/deployment.ts';
import { rowsAsInLedger } from '../../local/ledger-and-table.ts';
import { renamedExample } from '../../local/renamed-example.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { sharedAssembly } from './support/assembly.ts';
import { eventually } from './support/eventually.ts';

const root = join(import.meta.dirname, '../..');
const home = join(root, '.local', `test-crowded-${process.pid}`);

let deployment: Deployment;
beforeAll(async () => {
  const ports = { port: 0, sagemakerPort: 0, slackPort: 0, publicPort: 0 };
  const environment = { SFN_WAIT_SCALE: '0.1', LAMBDA_ACCOUNT_CONCURRENCY: '10' };
  const assemble = sharedAssembly(inject('assembly'), join(home, 'cdk.out'));
  deployment = await startDeployment({ root, home, ...ports, environment, assemble, onProgress: () => undefined });
});
afterAll(async () => {
  await deployment?.stop();
  await rm(home, { recursive: true, force: true });
});

/** The example as a release of this model, its files in the model bucket. */
const prepare = async (modelName: string): Promise<string> => {
  const s3 = new S3Client({ ...clientConfig(deployment.endpoints.awsEndpoint), forcePathStyle: true });
  const { manifest, files } = await renamedExample(root, '1.1.0', modelName);
  for (const { key, body } of files) {
    await s3.send(new PutObjectCommand({ Bucket: LOCAL_CONTEXT.modelBuckets, Key: key, Body: body }));
  }
  return JSON.stringify({ manifest });
};

/** How often Lambda had no place for a step of a release. The emulator has this name for it. */
const throttles = async (): Promise<number> => {
  const { awsEndpoint, stateMachines } = deployment.endpoints;
  const client = new SFNClient(clientConfig(awsEndpoint));
  let count = 0;
  for await (const { executions = [] } of paginateListExecutions(
    { client },
    { stateMachineArn: stateMachines.release },
  )) {
    for (const { executionArn } of executions) {
      for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
        count += events.filter(({ taskFailedEventDetails: failed }) => failed?.error === 'Lambda.Unknown').length;
      }
    }
  }
  return count;
};

it('judges two releases that are requested at once: each step is tried again until it has a place', async () => {
  const { awsEndpoint, bus, table } = deployment.endpoints;
  const models = ['crowded', 'crowding'];
  const details = await Promise.all(models.map(prepare));
  const event = { EventBusName: bus, Source: 'example.pipeline', DetailType: 'Release Requested' };

  const Entries = details.map((Detail) => ({ ...event, Detail }));
  await new EventBridgeClient(clientConfig(awsEndpoint)).send(new PutEventsCommand({ Entries }));

  // Read from the table: the API is a Lambda, too.
  const store = dynamodbReleaseStore(table, DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(awsEndpoint))));
  for (const model of models) {
    const judged = await eventually(`${model} to be judged`, async () => {
      const release = await store.get('release', `${model}-1.1.0`);
      return release === undefined || release.state === 'draft' ? undefined : release;
    });
    expect(judged, JSON.stringify(judged.reasons)).toMatchObject({ state: 'validated' });
  }
  expect(await throttles()).toBeGreaterThan(0);
});

it('leaves no row that the ledger alone does not make again', async () => {
  await rowsAsInLedger(deployment.endpoints, { atLeast: 30 });
});

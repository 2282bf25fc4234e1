import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { type LocalAws, startLocalAws } from '../../../local/aws.ts';
import { clientConfig } from '../../../local/clients.ts';
import { until } from '../../../local/ports.ts';

export const root = join(import.meta.dirname, '../../..');
export const role = 'arn:aws:iam::000000000000:role/test';

export interface Emulator extends LocalAws {
  /** A function whose module has this code; it can import the AWS SDK, as in the real runtime. */
  makeFunction(name: string, code: string): Promise<string>;
  /** A function that keeps every event it is given. */
  makeRecorder(name: string): Promise<string>;
  /** Waits until the recorder has this many events. */
  recorded(name: string, count?: number): Promise<Record<string, unknown>[]>;
}

/**
 * An emulator of the test's own, beside a running `npm start`: free ports, and a folder that goes with it. In its strict mode
 * (`AUTH`) it verifies signatures and evaluates the policies of roles; the key of `clientConfig` is then the root user's.
 */
export async function startEmulator(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Emulator> {
  const home = join(root, '.local', `test-${name}-${process.pid}`);
  await mkdir(home, { recursive: true });
  const ports = { port: 0, sagemakerPort: 0, slackPort: 0, publicPort: 0 };
  const aws = await startLocalAws({ root, home, ...ports, environment, sagemaker: { delayMs: 0 } });
  const dynamodb = new DynamoDBClient(clientConfig(aws.awsEndpoint));
  const lambda = new LambdaClient(clientConfig(aws.awsEndpoint));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'recorded',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['function', 'id'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'function', KeyType: 'HASH' },
        { AttributeName: 'id', KeyType: 'RANGE' },
      ],
    }),
  );

  const makeFunction = async (FunctionName: string, code: string) => {
    const made = await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs24.x',
        Role: role,
        Handler: 'index.handler',
        Timeout: 10,
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8(code) }) },
      }),
    );
    return made.FunctionArn ?? '';
  };
  return {
    ...aws,
    makeFunction,
    makeRecorder: (functionName) => makeFunction(functionName, recorderCode),
    recorded: (functionName, count = 1) => waitForEvents(dynamodb, functionName, count),
    stop: async () => {
      await aws.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const recorderCode = `
import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async (event) => {
  const id = Date.now() + randomUUID();
  const Item = { function: { S: process.env.AWS_LAMBDA_FUNCTION_NAME }, id: { S: id }, event: { S: JSON.stringify(event) } };
  await client.send(new PutItemCommand({ TableName: 'recorded', Item }));
};`;

async function waitForEvents(client: DynamoDBClient, name: string, count: number) {
  let events: Record<string, unknown>[] = [];
  const query = new QueryCommand({
    TableName: 'recorded',
    KeyConditionExpression: '#f = :f',
    ExpressionAttributeNames: { '#f': 'function' },
    ExpressionAttributeValues: { ':f': { S: name } },
  });
  await until(async () => {
    const { Items = [] } = await client.send(query);
    events = Items.map((item) => JSON.parse(item['event']?.S ?? 'null'));
    return events.length >= count;
  }, 20_000);
  return events;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientConfig } from '../../local/clients.ts';
import { createUsers, initiateAuth } from '../../local/cognito.ts';
import { deploy } from '../../local/deploy.ts';
import { type Emulator, startEmulator } from './support/emulator.ts';
import { synthSmallApp } from './support/small-app.ts';

vi.setConfig({ testTimeout: 30_000 });

let aws: Emulator;
let folder: string;
let directory: string;
let outputs: Readonly<Record<string, string>>;
let config: ReturnType<typeof clientConfig>;
const output = (name: string) => outputs[name] ?? '';

beforeAll(async () => {
  aws = await startEmulator('deploy');
  config = clientConfig(aws.awsEndpoint);
  folder = await mkdtemp(join(tmpdir(), 'assay-deploy-'));
  directory = await synthSmallApp(folder);
  const deployed = await deploy({ directory, endpoint: aws.awsEndpoint });
  outputs = deployed['local-core'] ?? {};
  await aws.openDoors({ apiId: output('ApiId') });
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the deploy of a cdk.out folder', () => {
  it('sets what the CloudFormation of the emulator forgets', async () => {
    const lambda = new LambdaClient(config);
    const FunctionName = output('Function');

    const lock = await new S3Client({ ...config, forcePathStyle: true }).send(
      new GetObjectLockConfigurationCommand({ Bucket: output('Bucket') }),
    );
    const ttl = await new DynamoDBClient(config).send(new DescribeTimeToLiveCommand({ TableName: output('Table') }));
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const concurrency = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));

    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 1 });
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
    expect(configuration.DeadLetterConfig?.TargetArn).toMatch(/^arn:aws:sqs:us-east-1:000000000000:local-core-Dead/);
    expect(concurrency.ReservedConcurrentExecutions).toBe(3);
  });

  it('changes nothing when nothing has changed', async () => {
    const again = await deploy({ directory, endpoint: aws.awsEndpoint });

    expect(again['local-core']).toEqual(outputs);
  });

  it('names the resource that failed and why', async () => {
    const broken = await synthBroken(folder);

    const deployment = deploy({ directory: broken, endpoint: aws.awsEndpoint });

    await expect(deployment).rejects.toThrow(
      /^Could not deploy Broken \(ROLLBACK_COMPLETE\): Twin \(AWS::S3::Bucket\): /,
    );
  });

  it('lets a function find the SDK, its layer, and the stand-in of SageMaker', async () => {
    const Payload = '{"group":"made-by-a-function"}';

    const answer = await new LambdaClient(config).send(
      new InvokeCommand({ FunctionName: output('Function'), Payload }),
    );

    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({
      ModelPackageGroupArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/made-by-a-function',
    });
  });
});

describe('the doors', () => {
  const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${aws.publicBaseUrl}${path}`, { headers });

  it('let in whom Cognito knows, with the roles as claims', async () => {
    const who = {
      username: 'ana',
      email: 'ana@example.com',
      password: 'Correct-Horse-7',
      groups: ['operator', 'auditor'],
    };
    await createUsers(clientConfig(aws.awsEndpoint), output('UserPoolId'), [who]);
    const tokens = await initiateAuth(clientConfig(aws.awsEndpoint), {
      ...who,
      userPoolClientId: output('UserPoolClientId'),
    });

    const withoutToken = await ask('/v1/releases');
    const answers = [tokens.idToken, tokens.accessToken].map(async (token) => {
      const response = await ask('/v1/releases', { authorization: `Bearer ${token}` });
      return { status: response.status, body: await response.json() };
    });

    expect(withoutToken.status).toBe(401);
    for (const answer of await Promise.all(answers)) {
      expect(answer.status).toBe(200);
      const claims = { 'cognito:groups': '[operator auditor]' };
      expect(answer.body).toMatchObject({ event: { requestContext: { authorizer: { jwt: { claims } } } } });
    }
  });

  it('carry every cookie of an answer, from a function with its layer on Node 24', async () => {
    const response = await ask('/a/link.mac');

    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toMatchObject({
      event: { rawPath: '/a/link.mac', pathParameters: { link: 'link.mac' } },
      fromLayer: 'from the layer',
      node: expect.stringMatching(/^v24\./),
    });
  });

  it('show the mails that were sent', async () => {
    const ses = new SESv2Client(config);
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'assay@example.com' }));
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'assay@example.com',
        Destination: { ToAddresses: ['ana@example.com'] },
        Content: { Simple: { Subject: { Data: 'Please decide' }, Body: { Text: { Data: 'http://127.0.0.1/a/x' } } } },
      }),
    );

    const page = await (await ask('/mailbox')).text();

    expect(page).toContain('<h2>Please decide</h2>');
    expect(page).toContain('<a href="http://127.0.0.1/a/x">');
  });
});

/** Two buckets of one name: the second cannot be made. */
async function synthBroken(parent: string): Promise<string> {
  const broken = await mkdtemp(join(parent, 'broken-'));
  const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: output('Bucket') } };
  const artifacts = {
    Broken: {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: 'broken.json', stackTemplateAssetObjectUrl: 's3://templates/broken.json' },
      dependencies: ['Broken.assets'],
    },
    'Broken.assets': { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
  };
  const destinations = { here: { bucketName: 'templates', objectKey: 'broken.json' } };
  const files = { template: { source: { path: 'broken.json', packaging: 'file' }, destinations } };
  await writeFile(join(broken, 'manifest.json'), JSON.stringify({ artifacts }));
  await writeFile(join(broken, 'assets.json'), JSON.stringify({ files }));
  await writeFile(join(broken, 'broken.json'), JSON.stringify({ Resources: { Twin: bucket } }));
  return broken;
}

import { createHash, createPublicKey, verify } from 'node:crypto';
import { Readable } from 'node:stream';
import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KeySpec,
  KMSClient,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { CreateEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateModelPackageCommand, CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientConfig } from '../../local/clients.ts';
import { until } from '../../local/ports.ts';
import { type Emulator, role, startEmulator } from './support/emulator.ts';

/** What the product relies on, row by row: change the pinned version of the emulator only together with this file. */

vi.setConfig({ testTimeout: 30_000 });

let aws: Emulator;
let config: ReturnType<typeof clientConfig>;
beforeAll(async () => {
  aws = await startEmulator('contract');
  config = clientConfig(aws.awsEndpoint);
});
afterAll(() => aws.stop());

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

describe('S3', () => {
  const where = { Bucket: 'ledger', Key: 'events/v1/1.json' };
  let s3: S3Client;
  beforeAll(async () => {
    s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: where.Bucket, ObjectLockEnabledForBucket: true }));
  });

  it('writes a key once only', async () => {
    await s3.send(new PutObjectCommand({ ...where, Body: 'one', IfNoneMatch: '*' }));

    const again = s3.send(new PutObjectCommand({ ...where, Body: 'two', IfNoneMatch: '*' }));

    await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  });

  it('keeps a version under compliance retention, and its time does not get shorter', async () => {
    const put = await s3.send(
      new PutObjectCommand({
        ...where,
        Body: 'kept',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000),
      }),
    );
    const version = { ...where, VersionId: put.VersionId };

    const deletion = s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
    const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 3_600_000) } as const;
    const shortening = s3.send(new PutObjectRetentionCommand({ ...version, Retention }));

    await expect(deletion).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(shortening).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await s3.send(new HeadObjectCommand(version))).toMatchObject({ ObjectLockMode: 'COMPLIANCE' });
  });

  it('refuses bytes that are not those of the checksum', async () => {
    const put = s3.send(new PutObjectCommand({ ...where, Body: 'these', ChecksumSHA256: sha256('others') }));

    await expect(put).rejects.toMatchObject({ name: 'BadDigest' });
  });

  it('takes a stream whose length and checksum are known', async () => {
    const Body = Readable.from([Buffer.from('first '), Buffer.from('second')]);
    const ChecksumSHA256 = sha256('first second');
    const key = { ...where, Key: 'stream' };

    await s3.send(new PutObjectCommand({ ...key, Body, ContentLength: 12, ChecksumSHA256, IfNoneMatch: '*' }));

    const head = await s3.send(new HeadObjectCommand({ ...key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: 12, ChecksumSHA256 });
  });
});

describe('DynamoDB', () => {
  let dynamodb: DynamoDBClient;
  let streamArn: string;
  beforeAll(async () => {
    dynamodb = new DynamoDBClient(config);
    const made = await dynamodb.send(
      new CreateTableCommand({
        TableName: 'releases',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    );
    streamArn = made.TableDescription?.LatestStreamArn ?? '';
  });

  it('says which part of a transaction was refused, and writes nothing of it', async () => {
    const put = (pk: string, ConditionExpression?: string) => ({
      Put: { TableName: 'releases', Item: { pk: { S: pk } }, ConditionExpression },
    });
    await dynamodb.send(new PutItemCommand({ TableName: 'releases', Item: { pk: { S: 'head' } } }));

    const TransactItems = [put('event'), put('head', 'attribute_not_exists(pk)')];
    const transaction = dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));

    await expect(transaction).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    const Key = { pk: { S: 'event' } };
    const ifThere = { TableName: 'releases', Key, ConditionExpression: 'attribute_exists(pk)' };
    await expect(dynamodb.send(new UpdateItemCommand(ifThere))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  it('wakes a function with what was written', async () => {
    await aws.makeRecorder('on-stream');
    await new LambdaClient(config).send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'on-stream',
        EventSourceArn: streamArn,
        StartingPosition: 'LATEST',
      }),
    );

    await dynamodb.send(new PutItemCommand({ TableName: 'releases', Item: { pk: { S: 'outbox' } } }));

    expect(await aws.recorded('on-stream')).toMatchObject([
      { Records: [{ eventName: 'INSERT', dynamodb: { NewImage: { pk: { S: 'outbox' } } } }] },
    ]);
  });
});

describe('KMS', () => {
  const message = Buffer.from('a checkpoint');
  const makeKey = async (kms: KMSClient, spec: KeySpec, usage: 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC') => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: usage }));
    return KeyMetadata?.KeyId ?? '';
  };

  it('signs with ECDSA P-256 what anybody can verify, raw or by digest', async () => {
    const kms = new KMSClient(config);
    const KeyId = await makeKey(kms, 'ECC_NIST_P256', 'SIGN_VERIFY');
    const by = { KeyId, SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const digest = createHash('sha256').update(message).digest();

    const raw = await kms.send(new SignCommand({ ...by, Message: message, MessageType: 'RAW' }));
    const digested = await kms.send(new SignCommand({ ...by, Message: digest, MessageType: 'DIGEST' }));

    const key = await publicKey(kms, KeyId);
    for (const { Signature = new Uint8Array() } of [raw, digested]) {
      expect(verify('sha256', message, key, Signature)).toBe(true);
      const verified = await kms.send(new VerifyCommand({ ...by, Message: message, MessageType: 'RAW', Signature }));
      expect(verified.SignatureValid).toBe(true);
    }
  });

  it('signs with Ed25519 what anybody can verify', async () => {
    const kms = new KMSClient(config);
    const KeyId = await makeKey(kms, 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY');

    const { Signature = new Uint8Array() } = await kms.send(
      new SignCommand({ KeyId, SigningAlgorithm: 'ED25519_SHA_512', Message: message, MessageType: 'RAW' }),
    );

    expect(verify(null, message, await publicKey(kms, KeyId), Signature)).toBe(true);
  });

  it('makes a MAC and refuses another', async () => {
    const kms = new KMSClient(config);
    const by = {
      KeyId: await makeKey(kms, 'HMAC_256', 'GENERATE_VERIFY_MAC'),
      MacAlgorithm: 'HMAC_SHA_256',
      Message: message,
    } as const;
    const { Mac = new Uint8Array() } = await kms.send(new GenerateMacCommand(by));

    const verified = await kms.send(new VerifyMacCommand({ ...by, Mac }));
    const refused = kms.send(new VerifyMacCommand({ ...by, Mac: Mac.map((byte) => byte ^ 1) }));

    expect(verified.MacValid).toBe(true);
    await expect(refused).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
  });

  async function publicKey(kms: KMSClient, KeyId: string) {
    const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
  }
});

describe('Step Functions', () => {
  let sfn: SFNClient;
  const task = (FunctionName: string, more: object = {}) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    TimeoutSeconds: 20,
    Arguments: { FunctionName, Payload: { releaseId: '{% $releaseId %}' } },
    ...more,
  });
  const run = async (definition: object) => {
    const name = `machine-${createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 8)}`;
    const made = await sfn.send(
      new CreateStateMachineCommand({ name, roleArn: role, definition: JSON.stringify(definition) }),
    );
    const started = await sfn.send(
      new StartExecutionCommand({ stateMachineArn: made.stateMachineArn, input: '{"releaseId":"r-1"}' }),
    );
    return { executionArn: started.executionArn };
  };
  const ended = async (execution: { executionArn: string | undefined }) => {
    let answer = await sfn.send(new DescribeExecutionCommand(execution));
    await until(async () => {
      answer = await sfn.send(new DescribeExecutionCommand(execution));
      return answer.status !== 'RUNNING';
    }, 100_000);
    return { status: answer.status, output: JSON.parse(answer.output ?? 'null') };
  };
  const remember = { Type: 'Pass', Assign: { releaseId: '{% $states.input.releaseId %}' } };

  beforeAll(async () => {
    sfn = new SFNClient(config);
    await aws.makeFunction('answer', "export const handler = async (event) => ({ outcome: 'pinned', event });");
    await aws.makeFunction('break', "export const handler = async () => { throw new Error('broken'); };");
    await aws.makeRecorder('store-token');
  });

  it('carries variables through branches to a choice, and catches what breaks', async () => {
    const branch = (name: string, more: object) => ({ StartAt: name, States: { [name]: task(name, more) } });
    const execution = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Remember',
      States: {
        Remember: { ...remember, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches: [branch('answer', { End: true }), branch('answer', { End: true })],
          Next: 'Ask',
        },
        Ask: task('answer', { Assign: { outcome: '{% $states.result.Payload.outcome %}' }, Next: 'IsPinned' }),
        IsPinned: {
          Type: 'Choice',
          Choices: [{ Condition: "{% $outcome = 'pinned' %}", Next: 'Break' }],
          Default: 'Wrong',
        },
        Break: task('break', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }], Next: 'Wrong' }),
        Caught: { Type: 'Pass', Output: { releaseId: '{% $releaseId %}', outcome: '{% $outcome %}' }, End: true },
        Wrong: { Type: 'Fail' },
      },
    });

    expect(await ended(execution)).toEqual({ status: 'SUCCEEDED', output: { releaseId: 'r-1', outcome: 'pinned' } });
  });

  it('waits for a token, takes it once, and calls it dead afterwards', async () => {
    const execution = await run({
      QueryLanguage: 'JSONata',
      StartAt: 'Remember',
      States: {
        Remember: { ...remember, Next: 'Await' },
        Await: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          TimeoutSeconds: 60,
          Arguments: {
            FunctionName: 'store-token',
            Payload: { releaseId: '{% $releaseId %}', taskToken: '{% $states.context.Task.Token %}' },
          },
          End: true,
        },
      },
    });
    const [stored] = await aws.recorded('store-token');
    const answer = { taskToken: String(stored?.['taskToken']), output: '{"outcome":"approved"}' };

    await sfn.send(new SendTaskSuccessCommand(answer));

    expect(await ended(execution)).toEqual({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
    await expect(sfn.send(new SendTaskSuccessCommand(answer))).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });
});

describe('EventBridge', () => {
  let eventBridge: EventBridgeClient;
  const ruleTo = async (functionName: string, bus: string, pattern: object) => {
    const Arn = await aws.makeRecorder(functionName);
    const at = { EventBusName: bus };
    await eventBridge.send(new PutRuleCommand({ ...at, Name: functionName, EventPattern: JSON.stringify(pattern) }));
    await eventBridge.send(new PutTargetsCommand({ ...at, Rule: functionName, Targets: [{ Id: '1', Arn }] }));
  };
  beforeAll(async () => {
    eventBridge = new EventBridgeClient(config);
    await eventBridge.send(new CreateEventBusCommand({ Name: 'assay' }));
  });

  it('gives what is put on a bus of our own to the functions of its rules', async () => {
    await ruleTo('on-request', 'assay', { 'detail-type': ['Release Requested'] });
    const entry = { EventBusName: 'assay', Source: 'test', DetailType: 'Release Requested', Detail: '{"a":1}' };

    await eventBridge.send(new PutEventsCommand({ Entries: [{ ...entry, DetailType: 'Another' }, entry] }));

    expect(await aws.recorded('on-request')).toMatchObject([{ 'detail-type': 'Release Requested', detail: { a: 1 } }]);
  });

  it('takes no event in the name of AWS, so the stand-in reaches the rules of the default bus by itself', async () => {
    await ruleTo('on-package', 'default', { source: ['aws.sagemaker'] });
    const Entries = [{ Source: 'aws.sagemaker', DetailType: 'SageMaker Model Package State Change', Detail: '{}' }];
    const sagemaker = new SageMakerClient(clientConfig(aws.sagemakerEndpoint));
    await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'mortgage' }));

    const put = await eventBridge.send(new PutEventsCommand({ Entries }));
    await sagemaker.send(new CreateModelPackageCommand({ ModelPackageGroupName: 'mortgage' }));

    expect(put.Entries).toMatchObject([{ ErrorCode: 'NotAuthorizedForSourceException' }]);
    expect(await aws.recorded('on-package')).toMatchObject([
      { source: 'aws.sagemaker', detail: { ModelPackageGroupName: 'mortgage', ModelPackageVersion: 1 } },
    ]);
  });

  it('hears from the relay of an alarm that rings', async () => {
    await ruleTo('on-alarm', 'default', { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
    const metric = { Namespace: 'Assay', MetricName: 'Errors' };
    const cloudWatch = new CloudWatchClient(config);
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...metric,
        AlarmName: 'errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );

    const { Namespace, MetricName } = metric;
    await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Value: 5 }] }));

    expect(await aws.recorded('on-alarm')).toMatchObject([
      {
        'detail-type': 'CloudWatch Alarm State Change',
        detail: { alarmName: 'errors', state: { value: 'ALARM' } },
      },
    ]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accountOf, priceOf } from '../../local/counted/account.ts';
import { countStory, partsOf, type TimedStep } from '../../local/counted/count-story.ts';
import { type RecordedCall, unitsOf } from '../../local/counted/units.ts';
import prices from '../../local/prices.json' with { type: 'json' };
import { mockClient } from '../support/mock-client.ts';

const { dollars: price } = prices;
const GATE = 'assay-local-GovernanceWorkflowEvaluateGateFunction0123-ABC';
const aCall = (changes: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ at: 1_000, lambda: GATE, service: 'S3', operation: 'GetObject', read: 0, write: 0, entries: 1 },
  ...changes,
});

describe('how much of a call there is', () => {
  it.each<[string, object, Partial<RecordedCall>]>([
    ['GetItem', { Key: {} }, { read: 1, write: 0 }],
    ['Query', {}, { read: 1 }],
    ['BatchGetItem', { RequestItems: { table: { Keys: [{}, {}, {}] } } }, { read: 3 }],
    ['ExecuteStatement', { Parameters: ['a', 'b'] }, { read: 8 }],
    ['UpdateItem', { Key: {} }, { write: 1 }],
    ['PutItem', { Item: { pk: 'a', text: 'x'.repeat(1500) } }, { write: 2 }],
    ['PutItem', { Item: { pk: 'a', due_shard: 'DUE#1' } }, { write: 2 }],
    [
      'TransactWriteItems',
      { TransactItems: [{ Put: { Item: { pk: 'a' } } }, { ConditionCheck: { Key: {} } }, { Update: { Key: {} } }] },
      { write: 6 },
    ],
    ['PutEvents', { Entries: [{}, {}] }, { entries: 2 }],
    ['GetObject', { Key: 'a' }, { read: 0, write: 0, entries: 1 }],
  ])('of %s %j is %j', (operation, input, units) => {
    expect(unitsOf(operation, input)).toMatchObject(units);
  });
});

describe('the list price of a call', () => {
  it.each<[Partial<RecordedCall>, number]>([
    [{ service: 'DynamoDB', operation: 'GetItem', read: 3 }, 3 * price.dynamodbReadUnit],
    [{ service: 'DynamoDB', operation: 'TransactWriteItems', write: 8 }, 8 * price.dynamodbWriteUnit],
    [{ service: 'S3', operation: 'PutObject' }, price.s3Put],
    [{ service: 'S3', operation: 'HeadObject' }, price.s3Get],
    [{ service: 'KMS', operation: 'Sign' }, price.kmsAsymmetric],
    [{ service: 'KMS', operation: 'GenerateMac' }, price.kmsSymmetric],
    [{ service: 'EventBridge', operation: 'PutEvents', entries: 2 }, 2 * price.busEvent],
    [{ service: 'SESv2', operation: 'SendEmail' }, price.mail],
    [{ service: 'CloudWatch', operation: 'PutMetricData' }, price.metricData],
    [{ service: 'SQS', operation: 'GetQueueAttributes' }, price.sqsRequest],
    [{ service: 'SageMaker', operation: 'DescribeEndpoint' }, 0],
  ])('%j is %d', (call, dollars) => {
    expect(priceOf(aCall(call))).toBe(dollars);
  });
});

describe('what a part of the story took', () => {
  it('is counted by Lambda and operation, without what is not of a release, and with its transitions', () => {
    const calls = [
      aCall(),
      aCall({ at: 999 }),
      aCall({ at: 2_000 }),
      aCall({ operation: 'PutObject' }),
      aCall({ lambda: 'assay-local-GovernanceDoorsServeApiFunction0123-ABC' }),
    ];

    expect(accountOf(calls, { from: 1_000, until: 2_000 }, [999, 1_000, 1_500, 2_000])).toEqual({
      calls: 2,
      transitions: 2,
      dollars: Math.round((price.s3Get + price.s3Put + 2 * price.stateTransition) * 1e8) / 1e8,
      of: { EvaluateGate: { 'S3 GetObject': 1, 'S3 PutObject': 1 } },
      dollars_each: { 'S3 GetObject': price.s3Get, 'S3 PutObject': price.s3Put },
    });
  });

  const steps: TimedStep[] = [
    { step: '1.1.0 is registered by a pipeline', outcome: 'validated', seconds: 2, endedAt: 10_000 },
    { step: '1.1.0 is promoted', outcome: 'in production', seconds: 5, endedAt: 30_000 },
  ];

  it.each([
    ['assay-local-GovernanceWorkflowEvaluateDataProvenancC9E5B994DF400', 'EvaluateDataProvenance'],
    ['assay-local-GovernanceWorkflowEvaluateCustomChecksF9A2F275CA6031', 'EvaluateCustomChecks'],
    ['assay-local-GovernanceLogExtendLogFunctionB1-A2', 'ExtendLog'],
    ['somebody-else', 'somebody-else'],
  ])('is of the Lambda whose name was cut to %s', (lambda, name) => {
    expect(Object.keys(accountOf([aCall({ lambda })], { from: 0, until: 2_000 }, []).of)).toEqual([name]);
  });

  it('begins with the event of the release', () => {
    expect(partsOf(steps)).toEqual({
      'from the event to the verdict': { from: 8_000, until: 10_000 },
      'from the event to production': { from: 8_000, until: 30_000 },
    });
    expect(partsOf(steps.slice(0, 1))).toEqual({});
  });

  it('is read from what the Lambdas wrote down, and from the executions', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-calls-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, '1.jsonl'), `${JSON.stringify(aCall({ at: 9_000 }))}\n`);
    await writeFile(join(folder, '2.jsonl'), `${JSON.stringify(aCall({ at: 20_000 }))}\n`);
    const sfn = mockClient(SFNClient);
    sfn.on(ListExecutionsCommand).resolves({
      executions: [
        { executionArn: 'arn', stateMachineArn: 'm', name: 'n', startDate: new Date(0), status: 'SUCCEEDED' },
      ],
    });
    sfn.on(GetExecutionHistoryCommand).resolves({
      events: [
        { id: 1, type: 'TaskStateEntered', timestamp: new Date(9_500) },
        { id: 2, type: 'TaskStateExited', timestamp: new Date(9_600) },
      ],
    });

    const counted = await countStory(steps, folder, new SFNClient({}), ['machine']);

    expect(Object.values(counted).map(({ calls, transitions }) => [calls, transitions])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('is nothing if no Lambda called anything', async () => {
    const sfn = mockClient(SFNClient);
    sfn.on(ListExecutionsCommand).resolves({});

    expect(await countStory(steps, '/nowhere', new SFNClient({}), ['machine'])).toMatchObject({
      'from the event to the verdict': { calls: 0 },
    });
  });
});

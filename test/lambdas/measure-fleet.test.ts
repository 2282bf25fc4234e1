/** A look as it is taken: of a table, a registry and queues, into the table and CloudWatch. */
import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateModelPackageCommand, CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { WatchedEndpoint } from '../../lib/domain/records/watched-endpoint.ts';
import { clientConfig } from '../../local/clients.ts';
import { callSqs } from '../../local/query-api.ts';
import { aCheck, NOW } from '../support/approval-case.ts';
import { type Aws, startAws } from '../support/aws.ts';
import { anAttestation, aPointer, inProduction, keptPolicy, superseded, validated } from '../support/release-life.ts';

const TABLE = 'measured';
let aws: Aws;
let dynamodb: DynamoDBDocumentClient;
let cloudwatch: CloudWatchClient;
let queueUrl: string;
let look: () => Promise<unknown>;

const sqs = <Answer extends object>(action: string, input: object): Promise<Answer> =>
  callSqs(aws.awsEndpoint, action, input);

const put = async (Item: object): Promise<void> => {
  await dynamodb.send(new PutCommand({ TableName: TABLE, Item }));
};

beforeAll(async () => {
  aws = await startAws('measure-fleet');
  await aws.makeTable(TABLE);
  const config = clientConfig(aws.awsEndpoint);
  dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    marshallOptions: { removeUndefinedValues: true },
  });
  cloudwatch = new CloudWatchClient(config);
  queueUrl = (await sqs<{ QueueUrl: string }>('CreateQueue', { QueueName: 'dead-letters' })).QueueUrl;
  Object.assign(process.env, {
    TABLE_NAME: TABLE,
    EVIDENCE_BUCKET: 'evidence-that-is-not-there',
    DEAD_LETTER_QUEUES: queueUrl,
    PACKAGE_GROUPS: '',
    METRICS_PER_MODEL: 'no',
  });
  const { handler } = await import('../../lambdas/measure-fleet/handler.ts');
  look = () => handler({}, {} as Context);
});
afterAll(() => aws?.stop());

/** The samples that are scraped now, by their names. */
const scraped = async () => {
  const { readLook } = await import('../../lib/adapters/dynamodb-fleet.ts');
  const found = await readLook(TABLE);
  if (found === undefined) throw new Error('nothing was kept');
  const named = Map.groupBy(momentOf(found).samples, ({ name }) => name);
  const valuesOf = (name: string) => (named.get(name) ?? []).map(({ value }) => value);
  return { found, named, valuesOf };
};

const seed = async (entity: Entity, changes: object = {}): Promise<void> => {
  const { entityKey, indexAttributes } = await import('../../lib/adapters/dynamodb-keys.ts');
  await put({ ...entityKey(entity), ...indexAttributes(entity), ...entity, ...changes });
};

describe('a look at a fleet', () => {
  it('keeps and publishes nothing of nothing, but that somebody has looked', async () => {
    await look();

    const { found } = await scraped();
    expect(found).toMatchObject({
      serving: [],
      pending: [],
      parked: { failed: 0, tampered: 0 },
      registry: { inRegistry: 0 },
    });
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Assay' }));
    expect(Metrics.map(({ MetricName }) => MetricName).toSorted()).toEqual([
      'governance_approval_status',
      'governance_looks',
    ]);
  });

  it('finds what serves, what waits, what is stuck and what was found', async () => {
    await seed(inProduction, { gsi_state_sk: new Date().toISOString() });
    await seed(aPointer({ endpointName: 'moved' }));
    await seed(keptPolicy);
    await seed(anAttestation('model_card'));
    const { releaseId } = inProduction;
    await seed({ ...aCheck('pii_handling_verified', { mode: 'warn', status: 'failed' }), releaseId });
    await seed({ ...validated, releaseId: 'waits' as never });
    const parked = (shard: number, last_error: string) => ({
      pk: `OUTBOX#ship_event#${shard}`,
      sk: `credit#${shard}`,
      gsi_state_pk: 'PARKED',
      gsi_state_sk: `credit#${shard}`,
      last_error,
    });
    await put(parked(0, 'LedgerTampered: other bytes'));
    await put(parked(1, 'Error: LedgerTampered it says'));
    // Any role can give its own rows the attributes of the index.
    await put({ ...parked(2, ''), pk: 'ENDPOINT#x' });
    await put({ pk: 'OUTBOX#sync_registry#3', sk: 'a', due_shard: 'DUE#3', due_at: NOW });
    await put({ pk: 'OUTBOX#sync_registry#0', sk: 'b', due_shard: 'DUE#0', due_at: '2030-01-01T00:00:00.000Z' });
    const listedAt = new Date().toISOString();
    await put({
      pk: 'SWEEP',
      sk: 'STATE',
      version: 1,
      listedUntil: listedAt,
      allListedAt: listedAt,
      waiting: ['later'],
    });
    await seed(
      WatchedEndpoint.parse({
        entity: 'watched_endpoint',
        version: 1,
        endpointId: 'rogue',
        endpointName: 'rogue',
        modelName: '',
        releaseId: '',
        deviations: [{ kind: 'unregistered_model', alert: 'ModelMissingGovernanceRecord', explanation: 'it serves' }],
        changedAt: NOW,
      }),
    );
    await sqs('SendMessage', { QueueUrl: queueUrl, MessageBody: 'failed' });
    const { logger } = await import('../../lib/runtime/logger.ts');
    const logged = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);

    await look();

    const { found, named, valuesOf } = await scraped();
    expect(found.serving).toMatchObject([{ endpointName: 'moved', completedStages: 1 }]);
    expect(found.sweep).toMatchObject({
      sweptAt: listedAt,
      waiting: ['later'],
      deviations: [{ endpointName: 'rogue' }],
    });
    expect(valuesOf('model_serving_active')).toEqual([1, 1]);
    expect(valuesOf('governance_record_exists')).toEqual([1]);
    expect(valuesOf('governance_open_deviations')).toEqual([1, 0]);
    expect(valuesOf('governance_side_effects_parked')).toEqual([1, 1]);
    expect(valuesOf('governance_dead_letters')).toEqual([1]);
    expect(valuesOf('governance_outbox_age_seconds')[0]).toBeGreaterThan(300);
    expect(named.get('governance_approval_status')?.map(({ labels }) => labels['release_id'])).toContain('waits');
    const statistics = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Assay',
        MetricName: 'ModelMissingGovernanceRecord',
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 60_000),
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    expect(statistics.Datapoints?.map(({ Maximum }) => Maximum)).toContain(1);
    expect(logged).toHaveBeenCalledWith('alert holds', expect.objectContaining({ endpoint: 'rogue' }));
    expect(logged).toHaveBeenCalledWith(
      'alert holds',
      expect.objectContaining({ alert: 'PrivacyOrSecurityDeviation', endpoint: 'moved', kind: 'privacy' }),
    );
    logged.mockRestore();
  });

  it('forgets what has left production since', async () => {
    await seed(
      { ...superseded, releaseId: inProduction.releaseId, version: 11 },
      { gsi_state_sk: new Date().toISOString() },
    );

    await look();

    expect((await scraped()).found.serving).toEqual([]);
  });

  it('asks the registry once an hour for what it shows as serving', async () => {
    const { packagesInProduction } = await import('../../lib/adapters/sagemaker-production.ts');
    const sagemaker = new SageMakerClient({ ...clientConfig(aws.sagemakerEndpoint) });
    for (const [group, Stage] of [
      ['credit', 'Production'],
      ['fraud', 'Development'],
    ] as const) {
      await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: group }));
      await sagemaker.send(
        new CreateModelPackageCommand({
          ModelPackageGroupName: group,
          ModelApprovalStatus: 'Approved',
          ModelLifeCycle: { Stage, StageStatus: 'Approved' },
          InferenceSpecification: {
            Containers: [{ Image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:1' }],
            SupportedContentTypes: ['text/csv'],
            SupportedResponseMIMETypes: ['text/csv'],
          },
        }),
      );
    }

    expect(await packagesInProduction([])).toEqual([expect.stringMatching(/:model-package\/credit\/1$/)]);
    expect(await packagesInProduction(['credit'])).toHaveLength(1);
    expect(await packagesInProduction(['fraud'])).toEqual([]);
  });

  it('fails where a queue does not answer: silence is no zero', async () => {
    const { messagesIn } = await import('../../lib/adapters/sqs-queues.ts');

    await expect(messagesIn(`${queueUrl}-of-nobody`)).rejects.toThrow('could not read');
  });
});

describe('the counts of the log', () => {
  it('are kept once for each entry, and go on from where they are', async () => {
    const { noteEntries, readCounts } = await import('../../lib/adapters/dynamodb-event-counts.ts');
    const run = { event_type: 'evaluation_completed', details: { outcome: 'allow' }, timestamp: NOW } as never;

    await noteEntries(TABLE, 7, [run, run]);
    await noteEntries(TABLE, 7, [run, run]);
    await Promise.all([noteEntries(TABLE, 9, [run]), noteEntries(TABLE, 9, [run])]);

    expect(await readCounts(TABLE)).toMatchObject({ runs: 3, passed: 3, size: 10 });
  });

  it('say when the log met what somebody else wrote, once there are any', async () => {
    const { noteEntries, noteTampering, readCounts } = await import('../../lib/adapters/dynamodb-event-counts.ts');
    const counts = { TableName: TABLE, Key: { pk: 'LOG', sk: 'COUNTS' } };
    await dynamodb.send(new DeleteCommand(counts));

    await noteTampering(TABLE, NOW);
    expect(await readCounts(TABLE)).toBeUndefined();
    await noteEntries(TABLE, 0, [{ event_type: 'log_heartbeat', details: {}, timestamp: NOW } as never]);
    await noteTampering(TABLE, NOW);

    expect(await readCounts(TABLE)).toMatchObject({ size: 1, tamperedAt: NOW });
    await expect(noteTampering('no-table', NOW)).rejects.toThrow();
  });
});

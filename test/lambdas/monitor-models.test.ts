/** What SageMaker announces, as it was recorded, and what it says when it is asked again. */
import {
  DescribeModelCardCommand,
  DescribePipelineExecutionCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  ListMonitoringExecutionsCommand,
  ListTagsCommand,
  SageMakerClient,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { at } from '../support/approval-case.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import {
  anEndpoint,
  aPointer,
  inProduction,
  keptPolicy,
  MODEL as SERVED,
  superseded,
} from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const MODEL = 'credit';
const HOME = 'arn:aws:sagemaker:us-east-1:111122223333';
const ENDED = new Date('2026-11-28T10:00:00.000Z');
const envelope = (type: string, detail: object) => ({
  version: '0',
  id: '844e2571-85d4-695f-b930-0153b71dcb42',
  'detail-type': type,
  source: 'aws.sagemaker',
  account: '111122223333',
  time: '2026-11-28T10:00:01Z',
  region: 'us-east-1',
  resources: [],
  detail,
});

let product: Product;
const sagemaker = mockClient(SageMakerClient);
const DESCRIBED = ['TrainingJob', 'ProcessingJob', 'PipelineExecution', 'ModelCard'].map((what) => `Describe${what}`);
compareWhatIsMocked([sagemaker], ...DESCRIBED, 'ListMonitoringExecutions');
beforeAll(async () => {
  product = await startProduct('monitoring');
  await product.store.commit(aChange(MODEL, []), at('2026-11-01T00:00:00.000Z'));
  const policy = {
    ...keptPolicy.policy,
    monitoring: { violations: { data_quality: { tolerated: 0, roll_back_above: 1 } }, accuracy: { minimum: '0.9' } },
  };
  const kept = { ...keptPolicy, policy, policySha256: policySha256(policy) };
  const entities = [
    ...[{ ...inProduction, policySha256: kept.policySha256 }, superseded, aPointer(), anEndpoint(), kept],
  ].map((entity) => ({ kind: 'create' as const, entity: { ...entity, version: 0 } }));
  await product.store.commit(aChange('seeded', entities), at('2026-11-21T09:00:00.000Z'));
});
afterAll(() => product.stop());
beforeEach(() => {
  sagemaker.reset();
  sagemaker.on(ListTagsCommand).resolves({ Tags: [{ Key: 'assay:model', Value: MODEL }] });
});
const hear = (type: string, detail: object) => product.invoke('monitor-models', envelope(type, detail));
const lastEvent = async () => (await product.store.events(MODEL)).at(-1)?.event;

const TRAINING = 'SageMaker Training Job State Change';
const PROCESSING = 'SageMaker Processing Job State Change';
const job = { ProcessingJobArn: `${HOME}:processing-job/prepare`, CreationTime: ENDED, ProcessingEndTime: ENDED };

describe('an event of SageMaker (AU-2, AU-3)', () => {
  it('of a training that completed is on the chain of the model that its tag names, once', async () => {
    sagemaker.on(DescribeTrainingJobCommand, { TrainingJobName: 'credit-1' }).resolves({
      TrainingJobArn: `${HOME}:training-job/credit-1`,
      TrainingJobStatus: 'Completed',
      LastModifiedTime: ENDED,
      ModelArtifacts: { S3ModelArtifacts: 's3://models/credit/model.tar.gz' },
      AlgorithmSpecification: { TrainingImage: 'train:1', TrainingInputMode: 'File' },
      RoleArn: 'arn:aws:iam::111122223333:role/trainer',
    });

    expect(await hear(TRAINING, { TrainingJobName: 'credit-1' })).toEqual({ outcome: 'recorded' });
    expect(await hear(TRAINING, { TrainingJobName: 'credit-1' })).toEqual({ outcome: 'known' });

    expect(await lastEvent()).toMatchObject({
      event_type: 'training_completed',
      details: {
        arn: `${HOME}:training-job/credit-1`,
        at: '2026-11-28T10:00:00.000Z',
        artifact_uri: 's3://models/credit/model.tar.gz',
        image: 'train:1',
        role_arn: 'arn:aws:iam::111122223333:role/trainer',
      },
    });
  });

  it('of a training is not believed where SageMaker says otherwise, or says less', async () => {
    sagemaker.on(DescribeTrainingJobCommand).resolves({
      TrainingJobArn: `${HOME}:training-job/credit-2`,
      TrainingJobStatus: 'InProgress',
      LastModifiedTime: ENDED,
    });

    const detail = { TrainingJobName: 'credit-2', TrainingJobStatus: 'Completed' };
    expect(await hear(TRAINING, detail)).toEqual({ outcome: 'running' });
  });

  it.each([
    [
      { AppSpecification: { ImageUri: 'prepare:1' }, RoleArn: 'role' },
      { image: 'prepare:1', role_arn: 'role' },
    ],
    [{ ProcessingEndTime: undefined, LastModifiedTime: new Date('2026-11-28T11:00:00.000Z') }, { image: '' }],
    [{ ProcessingEndTime: undefined, CreationTime: new Date('2026-11-28T12:00:00.000Z') }, { image: '' }],
  ])('of a processing job is a run of a data pipeline: %j', async (described, details) => {
    const ProcessingJobStatus = 'Completed' as const;
    sagemaker.on(DescribeProcessingJobCommand).resolves({ ...job, ProcessingJobStatus, ...described });

    expect(await hear(PROCESSING, { ProcessingJobName: 'prepare' })).toEqual({ outcome: 'recorded' });

    expect(await lastEvent()).toMatchObject({ event_type: 'data_pipeline_ran', details });
  });

  it('of a pipeline counts for the model that the tag of the pipeline names', async () => {
    sagemaker.on(DescribePipelineExecutionCommand).resolves({
      PipelineArn: `${HOME}:pipeline/train`,
      PipelineExecutionArn: `${HOME}:pipeline/train/execution/a1b2c3`,
      PipelineExecutionStatus: 'Succeeded',
      LastModifiedTime: ENDED,
    });

    const outcome = await hear('SageMaker Model Building Pipeline Execution Status Change', {
      pipelineExecutionDisplayName: 'execution-1',
      currentPipelineExecutionStatus: 'Succeeded',
      previousPipelineExecutionStatus: 'Executing',
      pipelineArn: `${HOME}:pipeline/train`,
      pipelineExecutionArn: `${HOME}:pipeline/train/execution/a1b2c3`,
    });

    expect(outcome).toEqual({ outcome: 'recorded' });
    const [tags] = sagemaker.commandCalls(ListTagsCommand);
    expect(tags?.args[0].input.ResourceArn).toBe(`${HOME}:pipeline/train`);
    expect(await lastEvent()).toMatchObject({
      event_type: 'data_pipeline_ran',
      details: { kind: 'pipeline_execution', pipeline_arn: `${HOME}:pipeline/train` },
    });
  });

  it.each([[{ LastModifiedTime: new Date('2026-11-28T13:00:00.000Z') }], [{}]])(
    'of a model card is a change of it: %j',
    async (described) => {
      sagemaker.on(DescribeModelCardCommand).resolves({
        ModelCardArn: `${HOME}:model-card/credit`,
        ModelCardVersion: 3,
        ModelCardStatus: 'PendingReview',
        CreationTime: ENDED,
        ...described,
      });

      const detail = { ModelCardVersion: '3', ModelCardName: 'credit', ModelCardStatus: 'PendingReview' };
      expect(await hear('SageMaker Model Card State Change', detail)).toEqual({ outcome: 'recorded' });

      expect(await lastEvent()).toMatchObject({ event_type: 'model_card_changed', details: { card_version: '3' } });
    },
  );

  it.each(['ResourceNotFound', 'ValidationException'])(
    'of what was deleted since is left out: nobody who deletes a card of theirs calls people (%s)',
    async (name) => {
      const message = 'Could not find requested card';
      const gone = new SageMakerServiceException({ name, message, $fault: 'client', $metadata: {} });
      sagemaker.on(DescribeModelCardCommand).rejects(gone);

      expect(await hear('SageMaker Model Card State Change', { ModelCardName: 'gone' })).toEqual({ outcome: 'gone' });
    },
  );

  it.each([
    new SageMakerServiceException({ name: 'AccessDenied', message: 'no', $fault: 'client', $metadata: {} }),
    new Error('unreached'),
  ])('is tried again where SageMaker does not say what there is: %s', async (error) => {
    sagemaker.on(DescribeModelCardCommand).rejects(error);

    await expect(hear('SageMaker Model Card State Change', { ModelCardName: 'c' })).rejects.toThrow(error.message);
  });

  it('of a job that names no model is left out', async () => {
    sagemaker.on(ListTagsCommand).resolves({});
    sagemaker.on(DescribeProcessingJobCommand).resolves({ ...job, ProcessingJobStatus: 'Stopped' });

    expect(await hear(PROCESSING, { ProcessingJobName: 'prepare' })).toEqual({ outcome: 'not_ours' });
  });
});

describe('a job that a monitor ran', () => {
  const schedule = { name: 'mortgage-hourly', arn: `${HOME}:monitoring-schedule/mortgage-hourly` };
  const folder = `s3://${LOCAL_CONTEXT.modelBuckets}/monitoring/mortgage`;
  const execution = (name: string, changes: object = {}, described: object = {}) => {
    const ProcessingJobArn = `${HOME}:processing-job/${name}`;
    sagemaker.on(DescribeProcessingJobCommand).resolves({
      ProcessingJobArn,
      ProcessingJobStatus: 'Completed',
      CreationTime: ENDED,
      ProcessingEndTime: ENDED,
      MonitoringScheduleArn: schedule.arn,
      Environment: { start_time: '2026-11-28T08:00:00Z' },
      ProcessingOutputConfig: {
        Outputs: [
          { OutputName: 'r', S3Output: { S3Uri: `${folder}/${name}`, LocalPath: '/o', S3UploadMode: 'EndOfJob' } },
        ],
      },
      ...described,
    });
    sagemaker.on(ListMonitoringExecutionsCommand, { MonitoringScheduleName: schedule.name }).resolves({
      MonitoringExecutionSummaries: [
        {
          MonitoringScheduleName: schedule.name,
          ScheduledTime: ENDED,
          CreationTime: ENDED,
          LastModifiedTime: ENDED,
          MonitoringExecutionStatus: 'CompletedWithViolations',
          ProcessingJobArn,
          EndpointName: 'mortgage',
          MonitoringType: 'DataQuality',
          ...changes,
        },
      ],
    });
    return hear(PROCESSING, { ProcessingJobName: name });
  };
  const put = (name: string, file: string, content: object) =>
    product.aws.put(
      LOCAL_CONTEXT.modelBuckets,
      `monitoring/mortgage/${name}/${file}`,
      Buffer.from(JSON.stringify(content)),
    );
  const last = async () => (await product.store.events(SERVED)).at(-1)?.event;
  const breached = { 'detail-type': 'Monitoring Breached', source: 'assay', detail: { modelName: SERVED } };

  it('is a report on the endpoint that it watches: without violations there is nothing to read', async () => {
    expect(await execution('clean', { MonitoringExecutionStatus: 'Completed' })).toEqual({ outcome: 'within' });

    expect(await last()).toMatchObject({
      event_type: 'monitoring_reported',
      details: { schedule: schedule.name, measured_from: '2026-11-28T08:00:00.000Z', violations_total: 0 },
      evidence_refs: [],
    });
  });

  it('has its metrics read from its statistics', async () => {
    const metrics = {
      accuracy: { value: 0.85, standard_deviation: 0 },
      confusion_matrix: { '0': { '0': 17, '1': 3 } },
    };
    await put('quality', 'statistics.json', { version: 0, binary_classification_metrics: metrics });

    const status = { MonitoringExecutionStatus: 'Completed', MonitoringType: 'ModelQuality' };
    expect(await execution('quality', status)).toEqual({ outcome: 'breached' });

    expect(await last()).toMatchObject({
      details: { metric: 'accuracy', measured: '0.85' },
      evidence_refs: [expect.stringMatching(/\/quality\/statistics\.json#sha256=[0-9a-f]{64}$/)],
    });
    expect(await product.invoke('request-rollback', breached)).toEqual({ outcome: 'ignored' });
  });

  it.each([
    ['is not there', {}, /^constraint_violations\.json was not read: NoSuchKey$/],
    ['is in no bucket of ours', { S3Uri: 's3://of-others/r' }, /of-others is no model bucket/],
  ])('with violations is a breach also where the report %s', async (why, output, problem) => {
    const Outputs = [{ OutputName: 'r', S3Output: { S3Uri: `${folder}/gone`, LocalPath: '/o', ...output } }];

    expect(await execution(`unread-${why.length}`, {}, { ProcessingOutputConfig: { Outputs } })).toEqual({
      outcome: 'breached',
    });

    expect(await last()).toMatchObject({
      details: { violations_total: 1, problems: [expect.stringMatching(problem)] },
    });
  });

  it('with violations is a breach also where the job names no output, or leaves what is no report', async () => {
    expect(await execution('nowhere', {}, { ProcessingOutputConfig: undefined })).toEqual({ outcome: 'breached' });
    expect(await last()).toMatchObject({ details: { problems: [expect.stringContaining('names no output')] } });

    await put('other', 'constraint_violations.json', { version: 1 });
    expect(await execution('other')).toEqual({ outcome: 'breached' });
    expect(await last()).toMatchObject({ details: { problems: [expect.stringContaining('was not read')] } });

    await put('empty', 'constraint_violations.json', { violations: [] });
    expect(await execution('empty')).toEqual({ outcome: 'breached' });
    expect(await last()).toMatchObject({ details: { violations_total: 1, violations: [] } });
  });

  it('that is significant by the policy takes the release back, by the rules of alarms', async () => {
    const violation = { constraint_check_type: 'baseline_drift_check', description: 'far from the baseline' };
    const violations = ['age', 'income'].map((feature_name) => ({ feature_name, ...violation }));
    await put('drifted', 'constraint_violations.json', { violations });

    expect(await execution('drifted')).toEqual({ outcome: 'breached' });
    expect(await execution('drifted')).toEqual({ outcome: 'known' });

    expect(await last()).toMatchObject({
      details: {
        violations: ['age (baseline_drift_check): far from the baseline', expect.stringContaining('income')],
        is_significant: true,
      },
    });
    const { outcome } = (await product.invoke('request-rollback', breached)) as { outcome: string };
    expect(outcome).toBe('requested');
    expect(await last()).toMatchObject({
      event_type: 'rollback_requested',
      actor_id: `${HOME}:processing-job/drifted`,
      reason: expect.stringContaining('2 violations of data_quality'),
    });
  });

  it.each([
    ['is of a kind that nobody knows', { MonitoringType: 'Another' }],
    ['watches no endpoint', { EndpointName: undefined }],
    ['is none of its schedule', { ProcessingJobArn: 'another' }],
  ])('counts as a run of a data pipeline if it %s', async (_, changes) => {
    expect(await execution(`pipeline-${Object.keys(changes)[0]}`, changes)).toEqual({ outcome: 'recorded' });

    expect(await lastEvent()).toMatchObject({ event_type: 'data_pipeline_ran' });
  });

  it('that nobody has heard of is found within the hour, once, and what fails is heard of and keeps the rest from nothing', async () => {
    const summary = (name: string, changes: object = {}) => ({
      ...{ MonitoringScheduleName: schedule.name, ScheduledTime: ENDED, CreationTime: ENDED, LastModifiedTime: ENDED },
      ...{ MonitoringExecutionStatus: 'Completed' as const, EndpointName: 'mortgage' },
      ProcessingJobArn: `${HOME}:processing-job/${name}`,
      ...changes,
    });
    const described = (name: string) =>
      sagemaker.on(DescribeProcessingJobCommand, { ProcessingJobName: name }).resolves({
        ...{ ProcessingJobArn: `${HOME}:processing-job/${name}`, ProcessingJobStatus: 'Completed' },
        ...{ CreationTime: ENDED, ProcessingEndTime: new Date() },
        Environment: { start_time: '2026-11-28T08:00:00Z' },
      });
    sagemaker
      .on(ListMonitoringExecutionsCommand)
      .resolvesOnce({ MonitoringExecutionSummaries: [summary('lost-fails'), summary('lost')], NextToken: 'more' })
      .resolves({
        MonitoringExecutionSummaries: [
          summary('of-others', { EndpointName: 'of-others' }),
          summary('of-no-endpoint', { EndpointName: undefined }),
          summary('of-unknown-kind', { MonitoringType: 'Another' as never }),
          { ...summary('not-begun'), ProcessingJobArn: undefined },
        ],
      });
    sagemaker.on(DescribeProcessingJobCommand, { ProcessingJobName: 'lost-fails' }).rejects(new Error('unreached'));
    described('lost');
    described('of-unknown-kind');

    await expect(hear('Scheduled Event', {})).rejects.toThrow('could not take 1 of 3 reports');
    expect(await last()).toMatchObject({ event_type: 'monitoring_reported', details: { outcome: 'within' } });
    const [list] = sagemaker.commandCalls(ListMonitoringExecutionsCommand);
    expect(list?.args[0].input.LastModifiedTimeAfter?.getTime()).toBeLessThan(Date.now() - 5 * 3_600_000);

    sagemaker.on(ListMonitoringExecutionsCommand).resolves({ MonitoringExecutionSummaries: [summary('lost')] });
    expect(await hear('Scheduled Event', {})).toEqual({ listed: 1, missed: 0, captured: 0 });
  });

  it('is looked for in so many pages, and no more', async () => {
    sagemaker.on(ListMonitoringExecutionsCommand).resolves({ NextToken: 'more' });

    expect(await hear('Scheduled Event', {})).toEqual({ listed: 0, missed: 0, captured: 0 });

    expect(sagemaker.commandCalls(ListMonitoringExecutionsCommand)).toHaveLength(30);
  });

  it('without a start may have measured what another release answered, a month before it was scheduled', async () => {
    const changes = { MonitoringExecutionStatus: 'CompletedWithViolations' };

    expect(await execution('unsaid', changes, { Environment: {} })).toEqual({ outcome: 'out_of_date' });

    expect(await last()).toMatchObject({ details: { measured_from: '2026-10-28T10:00:00.000Z' } });
  });

  it('is measured from when SageMaker says, as its documentation writes it too', async () => {
    const changes = { MonitoringExecutionStatus: 'Completed' };
    const Environment = { start_time: '2026-11-28T08: 00: 00Z', end_time: '2026-11-28T09: 00: 00Z' };

    expect(await execution('blanks', changes, { Environment })).toEqual({ outcome: 'within' });

    expect(await last()).toMatchObject({ details: { measured_from: '2026-11-28T08:00:00.000Z' } });
  });

  it('waits for the execution to end, which can be after its job', async () => {
    expect(await execution('early', { MonitoringExecutionStatus: 'InProgress' })).toEqual({ outcome: 'running' });
    expect(await execution('early', { MonitoringExecutionStatus: 'Completed' })).toEqual({ outcome: 'within' });
  });
});

/**
 * Freezes one stored item of each kind, as this version writes it: `npx node test/vectors/stored/make.ts`. The product's own
 * Lambdas write them, against an emulator. A kind that has an item keeps it: what an earlier version wrote is to be read
 * for ever, so nothing here is written a second time. What fields came to a kind later is in items with a number: what the product leaves
 * in them is held by test/domain/audit/kept-rows.test.ts, where it is not part of this story.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEndpointCommand, SageMakerClient, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import { askKeyRotation } from '../../../lib/domain/attestation/key-rotation.ts';
import { changeLine } from '../../../lib/domain/gate/change-line.ts';
import { Instant, ModelName, PersonId } from '../../../lib/domain/identifiers.ts';
import { minuteOf } from '../../../lib/domain/ledger/access.ts';
import { noteAccess } from '../../../lib/domain/ledger/note-access.ts';
import { recordCall } from '../../../lib/domain/monitoring/account-call.ts';
import { recordActivity } from '../../../lib/domain/monitoring/activity.ts';
import { recordReview } from '../../../lib/domain/monitoring/review.ts';
import { takeReport } from '../../../lib/domain/monitoring/take-report.ts';
import { rollbackId } from '../../../lib/domain/records/rollback.ts';
import { askMove } from '../../../lib/domain/serving/ask-move.ts';
import { STRANGE_MAX } from '../../../lib/domain/serving/sweep-plan.ts';
import { clientConfig } from '../../../local/clients.ts';
import { deployedBytes, OBSERVING_POLICY } from '../../support/deployed-files.ts';
import { exampleManifest, type Product, startProduct } from '../../support/product.ts';
import { changePackage, packageUpdated } from '../../support/sagemaker.ts';
import { sweeping } from '../../support/swept.ts';
import { walk } from '../../support/walk.ts';
import { frozen, type Item, kindOf, vectorFile } from './vectors.ts';

const MODEL = 'hmda-mortgage';

const now = () => Instant.parse(new Date().toISOString());

const tellStory = async (product: Product): Promise<void> => {
  const { aws, invoke, decide, drain, store, recordKeyId, attestationKeyId } = product;
  const request = async (version: string, changes: object = {}) => {
    const detail = { ...(await exampleManifest(version)), ...changes };
    await invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  };
  const release = async (version: string) => {
    await request(version);
    const releaseId = `${MODEL}-${version}`;
    const people = async () => {
      for (const person of ['ana.silva', 'ruth.meyer']) await decide(releaseId, person);
      return 'approved';
    };
    await walk('release', { input: { releaseId }, invoke, people });
    await walk('promotion', { input: { releaseId, attempt: 1 }, invoke, meanwhile: drain });
  };
  // Nothing is covered yet: the log gives a sign of life.
  await invoke('extend-log', {});
  await request('1.1.0', { release_id: 'no-version', model_version: 'latest' });
  await release('1.1.0');
  await handOut(`${MODEL}-1.1.0`, store);
  await request('1.2.0', { release_id: 'withdrawn', config_version: 'withdrawn' });
  const withdrawal = { id: 'withdrawn', actorId: 'omar', actorAuth: 'jwt', isOperator: true, reason: 'wrong labels' };
  const people = async () => {
    await withdrawRequest(withdrawal, store, now);
    return 'rejected';
  };
  await walk('release', { input: { releaseId: 'withdrawn' }, invoke, people });
  await request('1.2.0', { release_id: 'denied', config_version: 'denied' });
  const denying = async () => {
    await decide('denied', 'ruth.meyer', 'deny');
    return 'rejected';
  };
  await walk('release', { input: { releaseId: 'denied' }, invoke, people: denying });
  await release('1.2.0');
  await standBeside(product);
  await invoke('sweep-endpoints', { source: 'sweep' });
  await recordActivity(TRAINED, store, now);
  await recordCall(CALLED, store, now);
  await takeReport(
    { ...MONITORED, ...{ measuredFrom: now(), measuredUntil: now(), endedAt: now() } },
    { store, read: async () => FOUND, now },
  );
  const reviewer = { id: 'omar', role: 'operator', auth: 'jwt' };
  const review = { modelName: ModelName.parse(MODEL), actor: reviewer, names: ['omar'], reason: 'nothing was found' };
  await recordReview(review, store, now);
  const omar = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'the name says the region' };
  await askMove({ ...omar, modelName: MODEL, endpointName: 'hmda-eu' }, store, now);
  await walk('move', { input: { modelName: MODEL, move: 1 }, invoke, meanwhile: drain });
  await invoke('request-rollback', {
    resources: [`arn:aws:cloudwatch:us-east-1:000000000000:alarm:assay/${MODEL}/errors`],
    detail: {
      alarmName: `assay/local/${MODEL}/errors`,
      state: { value: 'ALARM', reason: 'Threshold crossed', timestamp: now() },
    },
  });
  await walk('rollback', { input: { rollbackId: rollbackId(MODEL, 2) }, invoke, meanwhile: drain });
  const claim = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'yearly', linkedIncident: '' };
  await askKeyRotation(claim, { recordKeyId, attestationKeyId }, store, now);
  await drain();
  const { modelPackageArn = '' } = (await store.get('release', `${MODEL}-1.1.0`)) ?? {};
  await changePackage(aws.sagemakerEndpoint, modelPackageArn, { Environment: { HOOK: 'x' } });
  await invoke('review-registry', packageUpdated(modelPackageArn));
  await editPackage(aws.sagemakerEndpoint, modelPackageArn);
  await invoke('review-registry', packageUpdated(modelPackageArn, ['ApprovalDescription']));
  for (const linkedIncident of ['INC-9', 'INC-10']) {
    const stop = { scope: ModelName.parse(MODEL), to: 'stopped', linkedIncident } as const;
    await changeLine({ ...stop, actor: reviewer, reason: 'the answers are wrong' }, store, now);
  }
  await invoke('extend-log', {});
};

/** Endpoints of others: one more than a minute of the sweep may tell of, so that its state has one that was put off. */
const standBeside = async (product: Product): Promise<void> => {
  const { configure, sagemaker } = sweeping(product);
  const { findEndpoint } = await import('../../../lib/adapters/sagemaker-endpoints.ts');
  const image = { PrimaryContainer: { Image: 'of-others/model:1' } };
  for (let one = 0; one <= STRANGE_MAX; one += 1) {
    const name = `watched-${one}`;
    await configure(name, image);
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    while ((await findEndpoint(name))?.condition !== 'in_service') await setTimeout(50);
  }
};

/** A report of a monitor; the stand-in has none. */
const MONITORED = {
  kind: 'model_quality',
  arn: `arn:aws:sagemaker:us-east-1:000000000000:processing-job/${MODEL}`,
  scheduleName: MODEL,
  endpointName: MODEL,
  status: 'CompletedWithViolations',
} as const;
const FOUND = {
  violations: ['accuracy (threshold_check): below the baseline'],
  quality: { metrics: { accuracy: 0.7 }, right: { rows: 1_000, hits: 700 } },
  refs: [],
  problems: [],
};

/** A training as SageMaker describes it; the stand-in has none. */
const TRAINED = {
  kind: 'training_job',
  arn: `arn:aws:sagemaker:us-east-1:000000000000:training-job/${MODEL}`,
  status: 'Completed',
  at: Instant.parse('2026-11-28T10:00:00.000Z'),
  modelName: MODEL,
  details: {},
} as const;

/** A call as CloudTrail tells of it; the emulator has none. */
const CALLED = {
  eventId: '844e2571-85d4-695f-b930-0153b71dcb42',
  call: 'iam:PutRolePolicy',
  resource: 'assay-local-GovernanceWorkflowSignRecordRole',
  policy: 'more',
  region: 'us-east-1',
  at: Instant.parse('2026-11-28T10:00:00.000Z'),
  caller: { kind: 'AssumedRole', id: 'arn:aws:iam::000000000000:role/Admin', through: '' },
} as const;

/** Somebody writes over what Assay says of a package. */
const editPackage = (endpoint: string, ModelPackageArn: string) =>
  new SageMakerClient(clientConfig(endpoint)).send(
    new UpdateModelPackageCommand({ ModelPackageArn, ApprovalDescription: 'mine' }),
  );

/** An auditor is given the rows of a release. */
const handOut = async (releaseId: string, store: Product['store']): Promise<void> => {
  const { dynamodbAccessNotes } = await import('../../../lib/adapters/dynamodb-access.ts');
  const { predictions } = (await store.get('release', releaseId))?.pinned?.evidence ?? {};
  if (predictions === undefined) throw new Error(`${releaseId} has no predictions`);
  const access = { who: PersonId.parse('ruth.meyer'), what: `${releaseId}/predictions`, sha256: predictions.sha256 };
  await noteAccess(access, dynamodbAccessNotes('releases'), now);
  const { noteReading } = await import('../../../lib/adapters/dynamodb-readings.ts');
  const read = { at: minuteOf(now()), who: access.who };
  for (const what of ['GET /console/now', `GET /v1/releases/{id} ${releaseId}`])
    await noteReading('releases')({ ...read, what });
};

const product = await startProduct('stored-items', deployedBytes(OBSERVING_POLICY));
try {
  await tellStory(product);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.aws.awsEndpoint)));
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await table.send(
      new ScanCommand({ TableName: 'releases', ...(ExclusiveStartKey && { ExclusiveStartKey }) }),
    );
    for (const item of page.Items ?? []) {
      const file = vectorFile(kindOf(item));
      if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(frozen(item), null, 2)}\n`);
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
} finally {
  await product.stop();
}

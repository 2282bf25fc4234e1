/**
 * Every request to AWS that a whole story sends is one that AWS takes, as far as the models of its services say. It is
 * the last file: the files before it rotate keys, count a large table, deny and sweep, and their requests are read here.
 * Run without them, it misses what only they send.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { approvalLink } from '../../../local/approver.ts';
import { exampleManifest } from '../../../local/example.ts';
import { readMails } from '../../../local/mailbox.ts';
import { SHIPPED_DIRECTORY } from '../../support/deployed-files.ts';
import { type Recording, readRecording } from '../../support/modelled-requests.ts';
import { requestsOf } from '../../support/record-requests.ts';
import { assay } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { inProduction, releaseIn } from '../support/life.ts';
import { everyHistory } from '../support/machines.ts';
import { variant } from '../support/variant.ts';
import { endpoints, home, root, store } from '../support/world.ts';

const MODEL = 'whole-story';
const WHY = ['--reason', 'too many complaints'];

/** What this story does not send, by the tests that compare it. */
const ELSEWHERE = {
  'test/adapters/counting/athena-outcome-counts.test.ts': ['StopQueryExecution'],
  'test/adapters/cloudwatch-alarms.test.ts': ['DescribeAlarms'],
  'test/adapters/cloudwatch-requests.test.ts': ['GetMetricData', 'ListMetrics'],
  'test/adapters/dynamodb-move-rows.test.ts': ['PutItem'],
  'test/adapters/live-endpoint.test.ts': [
    ...['GetApi', 'GetApiMappings', 'GetDomainName', 'GetRoutes'],
    ...['GetRequestValidators', 'GetResources', 'GetRestApi', 'GetStage'],
  ],
  'test/adapters/s3-captures.test.ts': ['ListObjectsV2'],
  'test/adapters/rebuild-sources.test.ts': ['StopExecution'],
  'test/adapters/sfn-executions.test.ts': ['DescribeExecution', 'GetExecutionHistory'],
  'test/adapters/restore-drill.test.ts': ['GetObjectRetention'],
  'test/adapters/s3-legal-holds.test.ts': ['GetObjectLegalHold', 'PutObjectLegalHold'],
  'test/adapters/s3-locked-copies.test.ts': ['UploadPartCopy'],
  'test/adapters/s3-uploads.test.ts': [
    ...['AbortMultipartUpload', 'CompleteMultipartUpload', 'CreateMultipartUpload', 'GetBucketVersioning'],
    ...['ListMultipartUploads', 'ListParts', 'UploadPart'],
  ],
  // All that is sent to the stand-in for SageMaker is compared by it.
  'test/adapters/sagemaker-registry.test.ts': ['ListAssociations'],
  'test/lambdas/measure-fleet.test.ts': ['ListModelPackages'],
  'test/lambdas/serve-api-adoptions.test.ts': ['ListTags'],
  'test/lambdas/monitor-models.test.ts': [
    ...['DescribeModelCard', 'DescribePipelineExecution', 'DescribeProcessingJob', 'DescribeTrainingJob'],
    'ListMonitoringExecutions',
  ],
  'test/deployed/sign-in.test.ts': ['RevokeToken'],
};

/** lib-dynamodb has names of its own. */
const DOCUMENT: Readonly<Record<string, string>> = {
  BatchGet: 'BatchGetItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  TransactWrite: 'TransactWriteItems',
};

/** Every operation that the product has a command for. */
const operationsOfTheProduct = (): string[] => {
  const files = globSync('{lib,lambdas}/**/*.ts', { cwd: root });
  const commands = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\bnew (\w+)Command\(/g)].map(([, name = '']) => name),
  );
  return [...new Set(commands.map((name) => DOCUMENT[name] ?? name))].sort();
};

let recording: Recording;
beforeAll(async () => {
  await inProduction(await variant(MODEL, '1.1.0'));
  const { deployment, ...next } = await variant(MODEL, '1.2.0');
  // By its tag, which the registry resolves.
  const { image_uri } = (await exampleManifest(root, '1.2.0')).deployment;
  const { release_id } = await inProduction({ ...next, deployment: { ...deployment, image_uri } });
  await assay('rollback', MODEL, ...WHY, '--incident', 'INC-7');
  await releaseIn(release_id, 'rolled_back');
  await assay('endpoints', 'move', MODEL, 'whole-story-moved', ...WHY);
  await eventually('the move', async () => {
    const move = await store.get('endpoint_move', MODEL);
    return move?.status === 'moved' && move.settledAt !== undefined ? move : undefined;
  });
  recording = await readRecording(requestsOf(home));
});

describe('a whole story', () => {
  it('leaves in no execution what people are called, where their mail goes, their links, or what they typed (CO-4)', async () => {
    const mails = (await readMails(endpoints.awsEndpoint)).map((mail) => ({ link: approvalLink(mail), ...mail }));
    const personal = {
      names: SHIPPED_DIRECTORY.people.map(({ name }) => name),
      addresses: SHIPPED_DIRECTORY.people.map(({ email }) => email),
      links: mails.flatMap(({ link }) => link ?? []),
      typed: WHY.slice(1),
    };
    const foundIn = (texts: readonly string[]): string[] =>
      Object.entries(personal).flatMap(([what, values]) =>
        values.some((value) => texts.some((text) => text.includes(value))) ? [what] : [],
      );
    const histories = await everyHistory();
    const texts = [...histories.values()].flat();

    // The same search finds them where they have to be, and the histories have what was done.
    expect(foundIn(mails.map(({ to, subject, text }) => `${to.join()} ${subject} ${text}`))).toEqual(
      Object.keys(personal),
    );
    expect(foundIn((await store.events(MODEL)).map(({ event }) => JSON.stringify(event)))).toEqual(['typed']);
    for (const [machine, arn] of Object.entries(endpoints.stateMachines)) {
      const told = (histories.get(arn) ?? []).filter((text) => text.includes(MODEL) && text.includes('"output"'));
      expect(told.length, `${machine} among ${[...histories.keys()].join()}`).toBeGreaterThan(0);
    }
    expect(histories.size).toBeGreaterThan(Object.keys(endpoints.stateMachines).length);
    expect(foundIn(texts)).toEqual([]);
  });

  it('sends nothing that AWS refuses for a member that is missing, unknown, or of another type, length or form', () => {
    expect(recording.violations).toEqual([]);
  });

  it('sends everything that the product can send, but for what is compared elsewhere', () => {
    const compared = new Set([...recording.operations, ...Object.values(ELSEWHERE).flat()]);

    expect(operationsOfTheProduct().filter((operation) => !compared.has(operation))).toEqual([]);
  });
});

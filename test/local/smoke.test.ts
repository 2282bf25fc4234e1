/** What can be known of `npm run smoke:aws` without an account: what it refuses, would deploy, would send and would leave. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelPackageCommand,
  DeleteModelPackageGroupCommand,
  ListEndpointConfigsCommand,
  ListModelPackagesCommand,
  ListModelsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { loadDirectory } from '../../lib/domain/policy/load.ts';
import { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { confirmAccount, findAccount } from '../../local/smoke/account.ts';
import { cleanUp, clientsIn } from '../../local/smoke/clean-up.ts';
import { readOptions } from '../../local/smoke/options.ts';
import { cdkArguments, contextOf, type Plan, planLines, planOf, refuseOwnSettings } from '../../local/smoke/plan.ts';
import { pastedLinks } from '../../local/smoke/scene.ts';
import { fillModelBucket, manifestFileOf, writeExample } from '../../local/smoke/stage-set.ts';
import { coreTemplate } from '../infra/template.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const ID = '111122223333';
const ACCOUNT = { id: ID, region: 'eu-west-1' };
const PRINCIPAL = `arn:aws:iam::${ID}:role/team/engineer`;
const IMAGE = `${ID}.dkr.ecr.eu-west-1.amazonaws.com/serve:1`;
const GIVEN = ['--principal', PRINCIPAL, '--image', IMAGE, '--mail', 'you@bank.example'];
const OPTIONS = readOptions(GIVEN) ?? expect.fail('it asks for help');

const aPlan = async (): Promise<Plan> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-smoke-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const plan = planOf(PROJECT, { account: ACCOUNT, options: OPTIONS, suffix: '0a1b2c' });
  return { ...plan, folder, approversFile: join(folder, 'approvers.yaml') };
};

const cloudFormation = mockClient(CloudFormationClient);
const cloudWatch = mockClient(CloudWatchClient);
const dynamodb = mockClient(DynamoDBClient);
const kms = mockClient(KMSClient);
const s3 = mockClient(S3Client);
const sagemaker = mockClient(SageMakerClient);
const mocks = [cloudFormation, cloudWatch, dynamodb, kms, s3, sagemaker];
beforeEach(() => {
  for (const mock of mocks) mock.reset();
});
compareWhatIsMocked(mocks);

it('says in one sentence that there are no credentials, and exits with 2', async () => {
  const file = join(PROJECT, 'local/smoke/aws.js');
  const env = { PATH: process.env['PATH'], HOME: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' };
  const ended = await new Promise((resolve) => {
    execFile(process.execPath, [file], { env }, (error, out, err) => resolve({ code: error?.code, out, err }));
  });

  expect(ended).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/^There are no AWS credentials here, so nothing was deployed .*\.\n$/),
  });
});

describe('the options', () => {
  it('are all named when they are wrong', () => {
    const read = () => readOptions(['--principal', 'me', '--mail', 'you+me@bank.example', '--account', '1']);

    expect(read).toThrow(/--principal is me.*\n--image is missing.*\n--mail is you\+me.*\n--account is 1/);
    expect(() => readOptions(['--retention', '365'])).toThrow("Unknown option '--retention'");
    expect(() => readOptions([...GIVEN, '--account', '999999999999'])).toThrow(`the principal is of ${ID}`);
  });

  it('ask for help, and for nothing else', () => {
    expect(readOptions(['--help'])).toBeUndefined();
    expect(OPTIONS).toEqual({ principal: PRINCIPAL, image: IMAGE, mail: 'you@bank.example', isKept: false });
  });
});

describe('the account', () => {
  const client = () =>
    new CloudFormationClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });

  it('is that of the stack of the CDK, which has to be there', async () => {
    const StackId = `arn:aws:cloudformation:eu-west-1:${ID}:stack/CDKToolkit/1`;
    const stack = { StackName: 'CDKToolkit', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const };
    cloudFormation
      .on(DescribeStacksCommand)
      .resolvesOnce({ Stacks: [{ ...stack, StackId }] })
      .rejects(new Error('Stack with id CDKToolkit does not exist'));

    expect(await findAccount(client())).toEqual(ACCOUNT);
    await expect(findAccount(client())).rejects.toThrow('run npx cdk bootstrap');
  });

  it('is gone on in only if it is the one that was named, or typed', async () => {
    const confirm = (account: string | undefined, answer?: string, principal = PRINCIPAL) =>
      confirmAccount(ACCOUNT, { account, principal }, answer === undefined ? undefined : async () => answer);

    await expect(confirm(ID)).resolves.toBeUndefined();
    await expect(confirm(undefined, ID)).resolves.toBeUndefined();
    await expect(confirm(undefined, 'yes')).rejects.toThrow('That is another number: nothing was deployed.');
    await expect(confirm(undefined)).rejects.toThrow(`give --account ${ID}`);
    await expect(confirm('999999999999', ID)).rejects.toThrow('and not of 999999999999');
    await expect(confirm(ID, ID, 'arn:aws:iam::999999999999:role/r')).rejects.toThrow(
      'the principal is of 999999999999',
    );
  });
});

describe('the deployment', () => {
  it('has locks of one day that an administrator can lift, whatever cdk.json says', async () => {
    const plan = await aPlan();
    await writeExample(PROJECT, plan);

    const template = JSON.stringify(coreTemplate(contextOf(PROJECT, plan)).toJSON());

    expect(template).toContain('"DefaultRetention":{"Days":1,"Mode":"GOVERNANCE"}');
    expect(template).not.toMatch(/"Mode":"COMPLIANCE"|"Days":(?!1[,}])\d+,"Mode"/);
    expect(cdkArguments(PROJECT, plan, 'deploy')).toEqual(expect.arrayContaining(['-c', 'production=false']));
    expect(planLines(PROJECT, plan)).toMatch(/account 111122223333.*GOVERNANCE, 1 day.*npx cdk destroy --all --force/s);
  });

  it('is refused in a checkout that has settings of its own', async () => {
    const plan = await aPlan();
    await writeFile(join(plan.folder, 'cdk.json'), '{"context":{"publicBaseUrl":"https://a.b","production":"true"}}');

    await expect(refuseOwnSettings(plan.folder, plan)).rejects.toThrow('cdk.json sets publicBaseUrl for a deployment');
    await expect(refuseOwnSettings(PROJECT, plan)).resolves.toBeUndefined();
  });

  it('has the example under names of its own, and all mail goes to the one who runs it', async () => {
    const plan = await aPlan();

    const objects = await writeExample(PROJECT, plan);

    const keys = objects.map(({ key }) => `s3://${plan.modelBucket}/${key}`);
    for (const version of ['1.0.0', '1.1.0', '1.2.0'] as const) {
      const text = await readFile(manifestFileOf(plan, version), 'utf8');
      const manifest = ReleaseManifest.parse(parse(text));
      expect(manifest).toMatchObject({ release_id: `hmda-0a1b2c-${version}`, deployment: { image_uri: IMAGE } });
      expect(manifest.deployment.endpoint_name).toBe('hmda-0a1b2c');
      const places = [...text.matchAll(/s3:\/\/\S+/g)].map(([uri]) => uri);
      expect(keys).toEqual(expect.arrayContaining(places));
    }
    const { people, machines } = loadDirectory(await readFile(plan.approversFile), plan.approversFile);
    expect(people.map(({ email }) => email)).toContain('you+ana.silva@bank.example');
    expect(people.filter(({ email }) => !/^you\+.*@bank\.example$/.test(email))).toEqual([]);
    expect(machines).toMatchObject([{ principal_arn: PRINCIPAL, event_source: 'assay.cli' }]);
  });

  it('finds its objects in a bucket of its region', async () => {
    const plan = await aPlan();
    s3.resolves({});

    await fillModelBucket(new S3Client({ region: 'eu-west-1' }), plan, [{ key: 'k', body: 'b' }]);

    expect(s3.commandCalls(CreateBucketCommand)[0]?.args[0].input).toEqual({
      Bucket: `assay-smoke-0a1b2c-${ID}`,
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(1);
  });
});

it('takes a link from the person who runs it, and only one of this deployment', async () => {
  const answers = ['', 'https://elsewhere.example/a/x.y', 'https://api.example/a/x.y', 'https://api.example/a/z.w'];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return answers.shift() ?? expect.fail('it asked too often');
  };

  const links = await pastedLinks({ options: OPTIONS }, { ApiUrl: 'https://api.example' }, ask)('1.1.0', ['ana.silva']);

  expect(Object.fromEntries(links)).toEqual({
    'ana.silva': 'https://api.example/a/x.y',
    'ruth.meyer': 'https://api.example/a/z.w',
  });
  expect(asked[3]).toBe('The link in the mail about 1.1.0 to you+ruth.meyer@bank.example: ');
});

describe('what is cleaned up', () => {
  const retained = (ResourceType: string, PhysicalResourceId: string, ResourceStatus = 'DELETE_SKIPPED' as const) => ({
    ResourceType,
    PhysicalResourceId,
    ResourceStatus,
    LogicalResourceId: PhysicalResourceId,
    Timestamp: new Date(0),
  });
  const clean = async (destroy: () => Promise<void>) =>
    cleanUp(await aPlan(), {
      clients: clientsIn('eu-west-1'),
      destroy,
      now: () => new Date('2026-11-29T10:00:00Z'),
    });
  beforeEach(() => {
    for (const mock of mocks) mock.resolves({});
    const StackId = `arn:aws:cloudformation:eu-west-1:${ID}:stack/assay-smoke-0a1b2c/1`;
    const stack = { StackName: 's', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const };
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, StackId }] });
    cloudFormation.on(DescribeStackResourcesCommand, { StackName: StackId }).resolves({
      StackResources: [
        retained('AWS::S3::Bucket', 'audit-bucket'),
        retained('AWS::S3::BucketPolicy', 'audit-policy'),
        retained('AWS::S3::Bucket', 'access-logs'),
        retained('AWS::DynamoDB::Table', 'the-table'),
        retained('AWS::KMS::Key', 'the-key'),
        retained('AWS::SQS::Queue', 'the-queue'),
        { ...retained('AWS::SNS::Topic', 'gone'), ResourceStatus: 'DELETE_COMPLETE' },
      ],
    });
    const none = Object.assign(new Error('none'), { name: 'ObjectLockConfigurationNotFoundError' });
    s3.on(GetObjectLockConfigurationCommand, { Bucket: 'access-logs' }).rejects(none);
    s3.on(GetObjectLockConfigurationCommand, { Bucket: 'audit-bucket' }).resolves({
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    });
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [{ Key: 'k', VersionId: 'v' }],
      DeleteMarkers: [{ Key: 'k', VersionId: 'd' }],
    });
    sagemaker.on(ListEndpointConfigsCommand).resolves({
      EndpointConfigs: [{ EndpointConfigName: 'c', EndpointConfigArn: 'arn', CreationTime: new Date(0) }],
    });
    sagemaker.on(ListModelsCommand).resolves({ Models: [] });
    const arn = `arn:aws:sagemaker:eu-west-1:${ID}:model-package/hmda-0a1b2c/1`;
    sagemaker.on(ListModelPackagesCommand).resolves({
      ModelPackageSummaryList: [{ ModelPackageArn: arn, CreationTime: new Date(0), ModelPackageStatus: 'Completed' }],
    });
  });

  it('is everything but what is locked, of which it says until when and why', async () => {
    let isDestroyed = false;

    const left = await clean(async () => {
      isDestroyed = true;
      // What serves is gone before its roles are.
      expect(sagemaker.commandCalls(DeleteEndpointCommand)).toHaveLength(1);
    });

    expect(isDestroyed).toBe(true);
    expect(left).toEqual([
      expect.stringMatching(/^AWS::S3::Bucket audit-bucket: is locked until 2026-11-30T10:00:00\.000Z.*root user/),
      'AWS::KMS::Key the-key: is deleted by KMS in 7 days',
      'AWS::SQS::Queue the-queue: was retained: remove it by hand',
    ]);
    expect(s3.commandCalls(DeleteBucketCommand).map(({ args }) => args[0].input.Bucket)).toEqual([
      `assay-smoke-0a1b2c-${ID}`,
      'access-logs',
    ]);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(4);
    expect(cloudWatch.commandCalls(DeleteAlarmsCommand)[0]?.args[0].input.AlarmNames).toEqual([
      'assay/smoke-0a1b2c/hmda-0a1b2c/error-rate',
    ]);
    expect(dynamodb.commandCalls(DeleteTableCommand)).toHaveLength(1);
    expect(kms.commandCalls(ScheduleKeyDeletionCommand)).toHaveLength(1);
    for (const Command of [DeleteEndpointConfigCommand, DeleteModelPackageCommand, DeleteModelPackageGroupCommand]) {
      expect(sagemaker.commandCalls(Command as typeof DeleteEndpointConfigCommand)).toHaveLength(1);
    }
  });

  it('goes on where something cannot be removed, and says what that is', async () => {
    sagemaker.on(DeleteEndpointCommand).rejects(new Error('Could not find endpoint'));

    const left = await clean(async () => Promise.reject(new Error('cdk destroy ended with 1')));

    expect(left).toEqual(
      expect.arrayContaining([
        'endpoint hmda-0a1b2c: could not be removed: Could not find endpoint',
        'stack assay-smoke-0a1b2c: could not be removed: cdk destroy ended with 1',
      ]),
    );
    expect(dynamodb.commandCalls(DeleteTableCommand)).toHaveLength(1);
  });
});

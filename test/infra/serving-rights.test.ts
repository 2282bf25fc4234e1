/** The rights to serve as the settings say: what SageMaker's guide lists for the role of a model, and who gives grants. */
import { describe, expect, it } from 'vitest';
import { coreStack, coreTemplate, roleStatements, type Statement, textOf } from './template.ts';

const SETTINGS = {
  servingVpcIds: 'vpc-0123456789abcdef0,vpc-01234567',
  servingSubnets: 'subnet-01234567',
  servingSecurityGroups: 'sg-01234567',
  servingKmsKeyArn: '1234abcd-12ab-34cd-56ef-1234567890ab',
  servingKeyArns: 'arn:aws:kms:eu-central-1:111122223333:key/00000000-12ab-34cd-56ef-1234567890ab',
  dataCaptureUri: 's3://captured/all/',
  captureUris: 's3://captured-before/all',
};
const serving = roleStatements(coreTemplate(SETTINGS));
const plain = roleStatements(coreTemplate());

const regional = (rest: string) => `arn:<AWS::Partition>:${rest.replace(':', ':<AWS::Region>:<AWS::AccountId>:')}`;
const KEYS = [regional(`kms:key/${SETTINGS.servingKmsKeyArn}`), SETTINGS.servingKeyArns].toSorted();
const VPCS = SETTINGS.servingVpcIds.split(',').map((id) => regional(`ec2:vpc/${id}`));

const MODEL = /^GovernanceModelRole/;
/** What a role may do, of all or of one service, in a line for each action. */
const may = (statements: readonly (Statement & { role: string })[], role: RegExp, service = /./) =>
  statements
    .filter((statement) => role.test(statement.role))
    .flatMap(({ Action, Resource, Condition }) =>
      Action.filter((action) => service.test(action)).map((action) => ({
        action,
        resources: Resource.map(textOf).toSorted(),
        ...(Condition && { condition: JSON.parse(JSON.stringify(Condition, (_, part) => readable(part))) }),
      })),
    )
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const readable = (part: unknown): unknown =>
  typeof part === 'object' && part !== null && 'Fn::Join' in part ? textOf(part) : part;

describe('the role of endpoints (SD-2)', () => {
  it('has no right in a network, to a place or to a key that no setting names', () => {
    expect([...new Set(may(plain, MODEL).map(({ action }) => action))].toSorted()).toEqual([
      'cloudwatch:DescribeAlarms',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
    ]);
  });

  it('makes network interfaces in the VPCs of the settings and in no others', () => {
    const inVpcs = { ArnEquals: { 'ec2:Vpc': VPCS } };
    const interfaces = [regional('ec2:network-interface/*')];

    expect(may(serving, MODEL, /^ec2:(?!Describe)/)).toEqual([
      { action: 'ec2:CreateNetworkInterface', resources: interfaces },
      {
        action: 'ec2:CreateNetworkInterface',
        resources: [regional('ec2:security-group/*'), regional('ec2:subnet/*')],
        condition: inVpcs,
      },
      { action: 'ec2:CreateNetworkInterfacePermission', resources: interfaces, condition: inVpcs },
      { action: 'ec2:DeleteNetworkInterface', resources: interfaces, condition: inVpcs },
      { action: 'ec2:DeleteNetworkInterfacePermission', resources: ['*'] },
    ]);
    expect(may(serving, MODEL, /^ec2:Describe/).map(({ action }) => action)).toEqual([
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ]);
  });

  it('puts what it captures below the URIs of the settings, under their keys', () => {
    expect(may(serving, MODEL, /^s3:Put|^kms:/)).toEqual([
      {
        action: 'kms:GenerateDataKey',
        resources: KEYS,
        condition: { StringEquals: { 'kms:ViaService': 's3.<AWS::Region>.<AWS::URLSuffix>' } },
      },
      {
        action: 's3:PutObject',
        resources: ['arn:<AWS::Partition>:s3:::captured-before/all/*', 'arn:<AWS::Partition>:s3:::captured/all/*'],
      },
    ]);
  });

  it('puts nothing where nothing is captured, whatever keys volumes have', () => {
    const { servingKmsKeyArn } = SETTINGS;

    expect(may(roleStatements(coreTemplate({ servingKmsKeyArn })), MODEL, /^s3:Put|^kms:/)).toEqual([]);
  });
});

describe('the keys of volumes', () => {
  it('are granted to SageMaker by the Lambdas that create or update endpoints, and by no others', () => {
    const granting = serving.filter(({ Action }) => Action.includes('kms:CreateGrant'));

    expect(granting.map(({ role }) => /(?:Workflow|Serving)(\w+?)Role/.exec(role)?.[1]).toSorted()).toEqual([
      'DeployEndpoint',
      'OpenEndpoint',
      'RestoreEndpoint',
      'SweepEndpoints',
      'SwitchEndpoint',
    ]);
    for (const grant of may(granting, /./)) {
      expect(grant).toEqual({
        action: 'kms:CreateGrant',
        resources: KEYS,
        condition: {
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
          StringEquals: { 'kms:ViaService': 'sagemaker.<AWS::Region>.<AWS::URLSuffix>' },
        },
      });
    }
    expect(plain.filter(({ Action }) => Action.includes('kms:CreateGrant'))).toEqual([]);
  });
});

describe('settings of serving', () => {
  const ROLE = { modelExecutionRoleArn: 'arn:aws:iam::111122223333:role/mine' };
  const SUBNETS = { servingSubnets: 'subnet-01234567', servingSecurityGroups: 'sg-01234567' };

  it('name the VPC of the subnets, unless the role of endpoints is your own', () => {
    expect(() => coreStack(SUBNETS)).toThrow('servingSubnets need servingVpcIds');
    expect(() => coreStack({ ...SUBNETS, ...ROLE })).not.toThrow();
  });

  it('fit into the environment of a Lambda', () => {
    const servingTags = Array.from({ length: 40 }, (_, index) => `key${index}=${'v'.repeat(60)}`).join();

    expect(() => coreStack({ servingTags })).toThrow(/the settings of serving have \d+ characters, of 2048/);
  });

  it('tell the doors what releases may ask for', () => {
    const bounds = (context: Record<string, string>) => {
      const [lambda] = Object.values(coreTemplate(context).findResources('AWS::Lambda::Function')).flatMap(
        ({ Properties }) => Properties.Environment?.Variables?.SERVING_DEFAULTS ?? [],
      );
      return JSON.parse(lambda).bounds;
    };

    expect(bounds({})).toEqual({ vpc: false, keys: [], capture_uris: [] });
    expect(bounds(SETTINGS)).toEqual({
      vpc: true,
      keys: [SETTINGS.servingKmsKeyArn, SETTINGS.servingKeyArns],
      capture_uris: ['s3://captured/all/', 's3://captured-before/all'],
    });
    expect(bounds(ROLE)).toEqual({ vpc: true, keys: [] });
  });
});

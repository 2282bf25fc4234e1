import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';
import { calledLambdas } from '../../lib/infra/definition.ts';
import { folderOf } from '../../lib/infra/environments.ts';
import { allow } from '../../lib/infra/permissions.ts';
import { LOG_DELIVERY } from './actions-of-commands.ts';
import { policyWithCustomCheck } from './policy-with-custom-check.ts';
import { coreTemplate, PRODUCTION, roleStatements, textOf } from './template.ts';

const template = coreTemplate(PRODUCTION);
const statements = roleStatements(template);
const functions = Object.entries(template.findResources('AWS::Lambda::Function'));

/** The functions and machines that may do something, optionally only on resources that match. */
const whoMay = (action: string, resource = /./): string[] =>
  statements
    .filter(({ Action, Resource }) => Action.includes(action) && Resource.map(textOf).some((it) => resource.test(it)))
    .map(({ role }) => role.replace(/^Governance[A-Z][a-z]+/, '').replace(/Role[0-9A-F]{8}$/, ''))
    .sort();

const STAGES = StageName.options.toSorted();
const stageFunction = (stage: string): string =>
  `Evaluate${stage.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}`;

describe('the roles (SD-2)', () => {
  it('are one for each Lambda', () => {
    const roles = functions.map(([, { Properties }]) => textOf(Properties.Role));

    expect(new Set(roles).size).toBe(functions.length);
  });

  it('share no policy but those to read the buckets of models', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
      const shared: unknown[] = Properties.ManagedPolicyArns ?? [];
      expect(shared.map(textOf).filter((arn) => !arn.startsWith('<GovernanceModelBuckets'))).toEqual([]);
    }
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
      expect(Properties.Roles).toHaveLength(1);
    }
  });

  it('name each action', () => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('have no right on everything, but where the service knows no resources', () => {
    const everywhere = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);

    expect([...new Set(everywhere)].sort()).toEqual([
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'cloudwatch:ListMetrics',
      'cloudwatch:PutMetricData',
      'dynamodb:ListStreams',
      'ecr:GetAuthorizationToken',
      ...LOG_DELIVERY,
      'sagemaker:ListArtifacts',
      'sagemaker:ListAssociations',
      'sagemaker:ListEndpoints',
      'sagemaker:ListModelPackages',
      'sagemaker:ListMonitoringExecutions',
    ]);
  });

  it('write a wildcard only below a bucket, a kind of SageMaker resource, a machine or a log group', () => {
    const wide = statements
      .flatMap(({ Resource }) => Resource.map(textOf))
      .filter((it) => it.includes('*') && it !== '*');
    const sagemaker = 'arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>';
    const models = 'arn:<AWS::Partition>:s3:::assay-models-<AWS::AccountId>';

    expect([...new Set(wide)].map((it) => it.replaceAll(/[0-9A-F]{8}/g, '')).sort()).toEqual([
      '<GovernanceAnalyticsBucket.Arn>/history/*',
      '<GovernanceAnalyticsBucket.Arn>/results/*',
      '<GovernanceAnalyticsBucket.Arn>/state/*',
      '<GovernanceEvidenceBucket.Arn>/attestations/*',
      '<GovernanceEvidenceBucket.Arn>/attestations/*/approval_renewal/*',
      ...STAGES.map((stage) => `<GovernanceEvidenceBucket.Arn>/attestations/*/${stage}/*`),
      '<GovernanceEvidenceBucket.Arn>/evidence_rows/*',
      '<GovernanceEvidenceBucket.Arn>/records/*',
      '<GovernanceEvidenceBucket.Arn>/sha256/*',
      '<GovernanceLargeTablesBucket.Arn>/results/*',
      '<GovernanceLargeTablesBucket.Arn>/tables/*',
      '<GovernanceLedgerBucket.Arn>/access/v1/*',
      '<GovernanceLedgerBucket.Arn>/bundles/v1/*',
      '<GovernanceLedgerBucket.Arn>/checkpoints/v1/*',
      '<GovernanceLedgerBucket.Arn>/events/v1/*',
      '<GovernanceLedgerBucket.Arn>/rehearsals/v1/*',
      '<GovernanceLedgerBucket.Arn>/rows/v1/*',
      '<GovernanceLockedCopiesBucket.Arn>/sha256/*',
      '<GovernanceOutboxFailedBatches.Arn>/*',
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/apis/*',
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/domainnames/*',
      'arn:<AWS::Partition>:apigateway:<AWS::Region>::/restapis/*',
      'arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*',
      'arn:<AWS::Partition>:ecr:*:*:repository/*',
      'arn:<AWS::Partition>:ecr:<AWS::Region>:*:repository/*',
      'arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/assay_prod/predictions_*',
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/sagemaker/Endpoints/*',
      `${models}/*`,
      `${models}/*governance/*`,
      `${sagemaker}:action/assay-approval-*`,
      `${sagemaker}:artifact/*`,
      `${sagemaker}:endpoint-config/*`,
      `${sagemaker}:endpoint/*`,
      `${sagemaker}:model-card/*`,
      `${sagemaker}:model-package-group/*`,
      `${sagemaker}:model-package/*`,
      `${sagemaker}:model/*`,
      `${sagemaker}:pipeline/*`,
      `${sagemaker}:processing-job/*`,
      `${sagemaker}:training-job/*`,
      'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*',
      ...['Move', 'Promotion', 'Release', 'Rollback', 'Rotation'].map(
        (name) =>
          `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<GovernanceWorkflow${name}Machine.Name>:*`,
      ),
    ]);
  });

  it('delete nothing but endpoints, and scan nothing', () => {
    const actions = statements.flatMap(({ Action }) => Action);

    expect(actions.filter((action) => /:(BatchWrite|Delete|Scan)/.test(action)).toSorted()).toEqual([
      'logs:DeleteLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DeleteLogDelivery',
      'sagemaker:DeleteEndpoint',
      'sagemaker:DeleteEndpoint',
      'sagemaker:DeleteEndpoint',
    ]);
    expect(JSON.stringify(template.toJSON())).not.toContain('DeleteItem');
  });
});

describe('separation of powers (SD-1)', () => {
  it.each([
    // Keys are used by the right of their own policies alone: see keys-and-buckets.test.ts.
    ['kms:Sign', []],
    ['kms:GenerateMac', []],
    ['kms:VerifyMac', []],
    [
      'kms:GetPublicKey',
      [
        'DeployEndpoint',
        'EvaluateGate',
        'ExtendLog',
        'PromoteRelease',
        'RehearseAudit',
        'RenewApproval',
        'RenewSignatures',
        'ServeApproval',
        'ServeConsole',
        'ServeGate',
        'SignRecord',
        'SweepEndpoints',
        'VerifyFallback',
        'VerifyPromotion',
      ],
    ],
    ['states:DescribeExecution', ['SettleExecution']],
    ['states:GetExecutionHistory', ['SettleExecution']],
    ['states:SendTaskSuccess', ['DispatchOutbox']],
    ['states:StartExecution', ['DispatchOutbox']],
    ['ses:SendEmail', ['DispatchOutbox']],
    ['events:PutEvents', ['DispatchOutbox']],
    ['cloudwatch:PutMetricData', ['DispatchOutbox', 'MeasureFleet']],
    ['iam:PassRole', ['DeployEndpoint', 'OpenEndpoint', 'SwitchEndpoint']],
    ['sagemaker:CreateEndpoint', ['DeployEndpoint', 'OpenEndpoint', 'SwitchEndpoint']],
    ['sagemaker:UpdateEndpoint', ['DeployEndpoint', 'RestoreEndpoint', 'SweepEndpoints', 'SwitchEndpoint']],
    ['sagemaker:DeleteEndpoint', ['CloseEndpoint', 'DeleteEndpoint', 'RestoreEndpoint']],
    ...['AddAssociation', 'CreateAction', 'CreateArtifact', 'UpdateAction', 'UpdateModelPackage'].map(
      (action): [string, string[]] => [`sagemaker:${action}`, ['DispatchOutbox']],
    ),
    ['sagemaker:CreateModelPackage', ['RegisterModelPackage']],
    ['apigateway:GET', ['EvaluateSecurityReview']],
    [
      'lambda:InvokeFunction',
      [
        'DispatchOutbox',
        'Move',
        'Promotion',
        'RehearseAudit',
        'Release',
        'Rollback',
        'Rotation',
        'RunCanaries',
        'ServeApi',
        'ServeConsole',
        'ServeQuestions',
      ],
    ],
  ])('gives %s to %j alone', (action, who) => {
    expect(whoMay(action)).toEqual(who);
  });

  it.each(STAGES)('lets %s put attestations of its own stage and no others', (stage) => {
    const puts = statements
      .filter(({ role, Action }) => role.includes(stageFunction(stage)) && Action.includes('s3:PutObject'))
      .flatMap(({ Resource }) => Resource.map(textOf))
      // What Athena counts is no evidence.
      .filter((it) => !it.startsWith('<GovernanceLargeTables'));

    expect(puts.length).toBeGreaterThan(0);
    expect(puts.every((it) => it.endsWith(`/${stage}/*`))).toBe(true);
  });

  it('lets RestoreEndpoint look at what it restores, update and delete endpoints, and create nothing', () => {
    const sagemaker = statements
      .filter(({ role }) => role.includes('RestoreEndpoint'))
      .flatMap(({ Action, Resource }) =>
        Action.flatMap((action) => Resource.map((it) => `${action} ${textOf(it).split(':').at(-1)}`)),
      )
      .filter((right) => right.startsWith('sagemaker:'));

    expect(sagemaker.toSorted()).toEqual([
      'sagemaker:DeleteEndpoint endpoint/*',
      'sagemaker:DescribeEndpoint endpoint/*',
      'sagemaker:DescribeEndpointConfig endpoint-config/*',
      'sagemaker:DescribeModel model/*',
      'sagemaker:DescribeModelPackage model-package/*',
      'sagemaker:UpdateEndpoint endpoint-config/*',
      'sagemaker:UpdateEndpoint endpoint/*',
    ]);
  });

  it('passes one role, to SageMaker only', () => {
    for (const { Resource, Condition } of statements.filter(({ Action }) => Action.includes('iam:PassRole'))) {
      expect(Resource.map(textOf)).toEqual([expect.stringMatching(/^<GovernanceModelRole[0-9A-F]{8}\.Arn>$/)]);
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
    }
  });

  it('lets the dispatcher write events, the log writer what is gathered, the rehearsal its reports, and nobody else the ledger', () => {
    const writers = statements
      .filter(({ Action }) => Action.includes('s3:PutObject'))
      .flatMap(({ role, Resource }) => Resource.map((it) => [role.slice(10, 25), textOf(it).replace(/^.*>/, '')]))
      .filter(([, path]) => path?.includes('/v1/'));

    expect(writers).toEqual([
      ['LogExtendLogRol', '/access/v1/*'],
      ['LogExtendLogRol', '/bundles/v1/*'],
      ['LogExtendLogRol', '/checkpoints/v1/*'],
      ['LogExtendLogRol', '/rows/v1/*'],
      ['RehearsalRehear', '/rehearsals/v1/*'],
      ['OutboxDispatchO', '/events/v1/*'],
    ]);
  });

  it('lets one Lambda make locked copies, and what deploys, rolls back and runs models read them', () => {
    const copies = /LockedCopies/;

    expect(whoMay('s3:PutObject', copies)).toEqual(['VerifyPromotion']);
    expect(whoMay('s3:PutObjectRetention', copies)).toEqual(['VerifyPromotion']);
    const [ofModels, ...lambdas] = whoMay('s3:GetObject', copies);
    expect(ofModels).toBe('');
    expect(lambdas).toEqual([
      'DeployEndpoint',
      'EvaluateRiskClassification',
      'OpenEndpoint',
      'RenewApproval',
      'RestoreEndpoint',
      'ServeGate',
      'SweepEndpoints',
      'SwitchEndpoint',
      'VerifyFallback',
      'VerifyPromotion',
    ]);
  });

  it('lets every Lambda that looks whether locked copies are there see them: a refused look reads as a lost copy', () => {
    const looking = readdirSync(join(PROJECT, 'lambdas')).filter((folder) =>
      readFileSync(join(PROJECT, 'lambdas', folder, 'handler.ts'), 'utf8').includes('findServed('),
    );
    const readers = whoMay('s3:GetObject', /LockedCopies/).map(folderOf);

    expect(looking).toContain('restore-endpoint');
    expect(looking.filter((folder) => !readers.includes(folder))).toEqual([]);
  });

  it('lets the doors read evidence, to show it and what changed between releases, and keep none', () => {
    const may = (action: string) =>
      statements
        .filter(
          ({ Action, Resource }) => Action.includes(action) && Resource.map(textOf).some((it) => /\/sha256\//.test(it)),
        )
        .map(({ role }) => /Serve[A-Z][a-z]+/.exec(role)?.[0])
        .filter((role) => role !== undefined);

    expect(may('s3:GetObject').toSorted()).toEqual(['ServeApi', 'ServeApproval', 'ServeConsole', 'ServeGate']);
    expect(may('s3:PutObject')).toEqual([]);
  });

  it('lets the doors ask any registry what a tag names, and nothing else of it', () => {
    const asking = statements.filter(({ Resource }) => Resource.map(textOf).some((it) => it.includes(':ecr:*:')));

    expect(asking.map(({ role, Action }) => [/(ServeApi|ReceiveRelease)/.exec(role)?.[0], Action])).toEqual([
      ['ReceiveRelease', ['ecr:BatchGetImage']],
      ['ServeApi', ['ecr:BatchGetImage']],
    ]);
  });

  const calledBy = (machine: string): string[] =>
    statements
      .filter(({ Action, role }) => Action.includes('lambda:InvokeFunction') && role.includes(`Workflow${machine}Role`))
      .flatMap(({ Resource }) => Resource.map(textOf))
      .map((arn) => arn.replace(/^<GovernanceWorkflow(\w+)Function[0-9A-F]{8}\.Arn>$/, '$1'));
  const lambdasOf = (file: string) => calledLambdas(readFileSync(join(PROJECT, file), 'utf8'));

  it.each(['Move', 'Promotion', 'Rollback', 'Rotation'])(
    'lets the machine %s call the Lambdas of its way, no others',
    (name) => {
      expect(calledBy(name).toSorted()).toEqual(lambdasOf(`statemachines/${name.toLowerCase()}.asl.json`));
    },
  );

  it('lets the machine Release call, besides, those that executions of its former definition still call', () => {
    const former = lambdasOf('test/vectors/machines/release-that-promotes.asl.json');

    expect(former).toEqual(expect.arrayContaining(lambdasOf('statemachines/release.asl.json')));
    expect(calledBy('Release').toSorted()).toEqual(former);
  });
});

describe('custom checks', () => {
  it('may invoke the Lambdas that the deployed policy names, and no others', () => {
    const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:toxicity:3';

    const allowed = roleStatements(coreTemplate({ policyFile: policyWithCustomCheck(arn) })).filter(
      ({ Action, role }) => Action.includes('lambda:InvokeFunction') && role.includes('EvaluateCustomChecks'),
    );

    expect(allowed.map(({ Resource }) => Resource)).toEqual([[arn]]);
  });
});

describe('allow', () => {
  const role = new Role(new Stack(), 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  it('refuses a wildcard action', () => {
    expect(() => allow(role, { actions: ['s3:Get*'], resources: ['arn:aws:s3:::b/k'] })).toThrow('name each action');
  });

  it('refuses a wildcard resource without a justification', () => {
    expect(() => allow(role, { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] })).toThrow(
      'a wildcard needs a justification',
    );
  });
});

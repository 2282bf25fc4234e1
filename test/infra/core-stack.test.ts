import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { API_ROLES } from '../../lib/web/session/roles.ts';
import { coreStack, coreTemplate, PRODUCTION, resourceOf, SLACK, textOf } from './template.ts';

const production = coreTemplate(PRODUCTION);
const development = coreTemplate();

describe('the release store', () => {
  it('can be restored to any second, and is not deleted by mistake', () => {
    production.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  it('finds releases by state, work by when it is due, and releases by their model package and model', () => {
    const { Properties } = resourceOf(production, 'AWS::DynamoDB::Table', 'GovernanceStoreTable');
    const index = (IndexName: string, ...keys: string[]) => ({
      IndexName,
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      Projection: { ProjectionType: 'ALL' },
    });

    expect(Properties.GlobalSecondaryIndexes).toEqual([
      index('by-state', 'gsi_state_pk', 'gsi_state_sk'),
      index('by-due', 'due_shard', 'due_at'),
      index('by-package', 'model_package_arn'),
      {
        ...index('by-model', 'listed_model', 'updatedAt'),
        // The index cannot be given more without being made again, and a table is given one index at a time.
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: [
            ...[
              'releaseId',
              'modelName',
              'modelVersion',
              'state',
              'riskTier',
              'requestedBy',
              'submittedBy',
              'createdAt',
            ],
            ...['policySha256', 'modelPackageArn', 'approvalRequestId', 'approvedAt', 'approvedUntil'],
            ...['approvalExpiredAt', 'suspendedSince', 'packageRejectedSince'],
          ],
        },
      },
    ]);
  });
});

describe('a table that was restored', () => {
  const ARN = 'arn:aws:dynamodb:eu-west-1:111122223333:table/assay-restored';
  const stream = `${ARN}/stream/2026-11-29T10:00:00.000`;
  const restored = coreTemplate({ ...PRODUCTION, restoredTableStreamArn: stream });

  it('is what every Lambda uses, and nothing else', () => {
    const text = JSON.stringify(restored.toJSON());
    const names = Object.values(restored.findResources('AWS::Lambda::Function')).flatMap(
      ({ Properties }) => Properties.Environment?.Variables?.TABLE_NAME ?? [],
    );

    expect(new Set(names)).toEqual(new Set(['assay-restored']));
    expect(names.length).toBeGreaterThan(25);
    expect(text).not.toMatch(/"(Ref|Fn::GetAtt)":\[?"GovernanceStoreTable/);
    restored.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: stream });
    expect(text).toContain(`${ARN}/index/by-due`);
    expect(restored.findOutputs('TableName')['TableName']?.['Value']).toBe('assay-restored');
  });

  it('leaves the table of the stack as it is', () => {
    const table = (template: typeof restored) => resourceOf(template, 'AWS::DynamoDB::Table', 'GovernanceStoreTable');

    expect(table(restored)).toEqual(table(production));
  });
});

describe('the signing keys', () => {
  it.each([
    ['Record', 'ECC_NIST_P256', 'SIGN_VERIFY'],
    ['Attestation', 'ECC_NIST_P256', 'SIGN_VERIFY'],
    ['Decision', 'ECC_NIST_P256', 'SIGN_VERIFY'],
    ['Log', 'ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    ['Link', 'HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['Names', 'HMAC_256', 'GENERATE_VERIFY_MAC'],
  ])('include %s of kind %s', (name, KeySpec, KeyUsage) => {
    expect(resourceOf(production, 'AWS::KMS::Key', `GovernanceKeys${name}`)).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { KeySpec, KeyUsage },
    });
  });

  it('are new in the next generation, and earlier ones stay and no longer sign (SG-4)', () => {
    const second = coreTemplate({ signingKeyGeneration: '2' });
    const keys = second.findResources('AWS::KMS::Key');
    const named = (name: RegExp) => Object.entries(keys).filter(([id]) => name.test(id));
    const maySign = ([, key]: (typeof keys)[string][] | [string, (typeof keys)[string]]) =>
      !JSON.stringify(key).includes('"Action":"kms:Sign","Effect":"Deny"');
    const envOf = (name: string) => JSON.stringify(resourceOf(second, 'AWS::Lambda::Function', name));

    for (const name of ['Record', 'Attestation', 'Decision']) {
      const [former, current] = [new RegExp(`^GovernanceKeys${name}[0-9A-F]{8}$`), new RegExp(`Keys${name}2`)].map(
        named,
      );
      expect(former?.map(maySign)).toEqual([false]);
      expect(current?.map(maySign)).toEqual([true]);
    }
    expect(envOf('GovernanceWorkflowSignRecordFunction')).toContain('GovernanceKeysRecord2');
    expect(envOf('GovernanceWorkflowEvaluateModelCardFunction')).toContain('GovernanceKeysAttestation2');
    expect(envOf('GovernanceDoorsServeApprovalFunction')).toContain('GovernanceKeysDecision2');
    expect(named(/Keys(Log|Link)/)).toHaveLength(2);
  });

  it('publish that of decisions only when no former version can take an unsigned one any more', () => {
    const { DependsOn = [] } = resourceOf(production, 'AWS::Lambda::Function', 'GovernanceLogExtendLogFunction');

    for (const name of [/DoorsServeApprovalFunction/, /WorkflowSignRecordFunction/]) {
      expect(DependsOn).toContainEqual(expect.stringMatching(name));
    }
  });
});

describe('the outbox', () => {
  it('wakes by the stream for new rows only, and gives up on a bad record within a day', () => {
    development.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 5,
      MaximumRecordAgeInSeconds: 43_200,
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: {
        Filters: [
          {
            Pattern: JSON.stringify({
              eventName: ['INSERT'],
              dynamodb: { Keys: { pk: { S: [{ prefix: 'OUTBOX#' }] } }, NewImage: { woken_by: { S: ['stream'] } } },
            }),
          },
        ],
      },
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('FailedBatches'), 'Arn'] } },
      },
    });
  });

  it('is swept every minute, whatever the stream does', () => {
    development.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [Match.objectLike({ Input: '{"source":"sweep"}' })],
    });
  });
});

describe('a rehearsed audit (CO-2)', () => {
  it('begins by itself, every week', () => {
    development.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(7 days)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^GovernanceRehearsalRehearseAudit'), 'Arn'] } }],
    });
  });
});

/** What wakes them is in the event alone. */
const KEEPING = [
  'GovernanceIntakeReceiveRelease',
  'GovernanceWorkflowSettleExecution',
  'GovernanceRegistryReviewReviewRegistry',
  'GovernanceServingRequestRollback',
  'GovernanceServingSweepEndpoints',
  'GovernanceMonitoringMonitorModels',
  'GovernanceAccountWatchRecordAccountCalls',
  'GovernanceRehearsalRehearseAudit',
  'GovernanceOutboxDispatchOutbox',
];

describe('the rules', () => {
  const undelivered = {
    DeadLetterConfig: { Arn: Match.anyValue() },
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400 },
  };

  it.each([
    ['Release Requested', { 'detail-type': ['Release Requested'], source: [{ 'anything-but': ['assay'] }] }],
    ['package events', { source: ['aws.sagemaker'], 'detail-type': ['SageMaker Model Package State Change'] }],
    [
      'alarms',
      {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { alarmName: [{ prefix: 'assay/dev/' }], state: { value: ['ALARM'] } },
      },
    ],
    [
      'how executions of each machine ended, by themselves or not (GT-2),',
      {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'TIMED_OUT', 'FAILED'],
          stateMachineArn: ['Release', 'Promotion', 'Rollback', 'Move', 'Rotation'].map((name) => ({
            Ref: Match.stringLikeRegexp(`^GovernanceWorkflow${name}Machine`),
          })),
        },
      },
    ],
  ])('deliver %s or keep them', (_, EventPattern) => {
    development.hasResourceProperties('AWS::Events::Rule', { EventPattern, Targets: [Match.objectLike(undelivered)] });
  });

  it('keep what a Lambda failed on three times', () => {
    for (const name of KEEPING) {
      const { Properties } = resourceOf(development, 'AWS::Lambda::Function', name);
      expect(Properties.DeadLetterConfig.TargetArn).toBeDefined();
    }
  });

  it('lose no event: each waits for a person if its Lambda could not be woken, or failed', () => {
    const rules = Object.entries(development.findResources('AWS::Events::Rule'));
    const losing = rules.flatMap(([id, { Properties }]) => {
      const targets: { Arn: unknown; DeadLetterConfig?: unknown }[] = Properties.Targets;
      // A clock comes again.
      if (Properties.EventPattern === undefined) return [];
      return targets
        .filter(({ Arn, DeadLetterConfig }) => {
          const isKept = KEEPING.some((name) => textOf(Arn).startsWith(`<${name}Function`));
          return DeadLetterConfig === undefined || !isKept;
        })
        .map(() => id.replace(/[0-9A-F]{8}$/, ''));
    });

    // What they would do for this event, they also do every minute, and every six hours: no lock ends before.
    expect(losing.toSorted()).toEqual(['GovernanceHoldsChanged', 'GovernanceLogServingChanged']);
  });

  it('let nobody read the dead letters but those whom a setting names: whole manifests are in them', () => {
    const readers = ['arn:aws:iam::123456789012:role/on-call', 'arn:aws:iam::123456789012:user/ines'];
    const denying = (Condition: object | undefined) => ({
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Sid: 'OnlyReaders',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: ['sqs:ReceiveMessage', 'sqs:StartMessageMoveTask'],
            Resource: Match.anyValue(),
            ...(Condition === undefined ? {} : { Condition }),
          },
        ]),
      },
    });

    development.allResourcesProperties('AWS::SQS::QueuePolicy', denying(undefined));
    coreTemplate({ deadLetterReaders: readers.join(', ') }).allResourcesProperties(
      'AWS::SQS::QueuePolicy',
      denying({ ArnNotEquals: { 'aws:PrincipalArn': readers } }),
    );
    development.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  });

  it('let only TLS to the dead letters', () => {
    development.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

describe('the doors', () => {
  it('ask for a token of the user pool, or a signature of AWS under a prefix of its own, everywhere but at the pages for browsers', () => {
    const routes = Object.values(development.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]);

    expect(Object.fromEntries(routes)).toEqual({
      'ANY /a/{link}': 'NONE',
      'ANY /console/{proxy+}': 'NONE',
      'POST /v1/models/{model}/rollback': 'JWT',
      'POST /v1/models/{model}/hold/release': 'JWT',
      'POST /v1/releases/{id}/break-glass': 'JWT',
      'POST /v1/releases/{id}/break-glass/confirm': 'JWT',
      'POST /v1/releases/{id}/promotion': 'JWT',
      'GET /v1/gate': 'JWT',
      'GET /v1/questions': 'JWT',
      'POST /v1/questions/{name}': 'JWT',
      'GET /v1/questions/runs/{run}': 'JWT',
      'ANY /v1/{proxy+}': 'JWT',
      'GET /iam/v1/gate': 'AWS_IAM',
      'POST /iam/v1/releases': 'AWS_IAM',
      'GET /iam/v1/{proxy+}': 'AWS_IAM',
    });
  });

  it('let a pipeline in whose role may invoke the signed routes, which the template names, and no others', () => {
    const { Value } = development.findOutputs('SignedRoutesArn')['SignedRoutesArn'] ?? {};
    const arn = textOf(Value);

    expect(arn).toMatch(
      /^arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<\w+>\/\$default\/\*\/iam\/v1\/\*$/,
    );
    const signed = Object.values(development.findResources('AWS::ApiGatewayV2::Route'))
      .filter(({ Properties: { AuthorizationType: type } }) => type === 'AWS_IAM')
      .map(({ Properties: { RouteKey: key } }) => key);
    expect(signed.filter((key) => / \/iam\/v1\//.test(key))).toEqual(signed);
  });

  it.each([
    ['', development],
    [', with Slack', coreTemplate(SLACK)],
  ])(
    'have shares of their own: a flood of what needs no token leaves half of ten Lambdas to the rollback%s',
    (_, of) => {
      const { Properties } = resourceOf(of, 'AWS::ApiGatewayV2::Stage', 'GovernanceDoorsStage');
      const routes = Object.values(of.findResources('AWS::ApiGatewayV2::Route'));
      const settings = new Map<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }>(
        Object.entries(Properties.RouteSettings),
      );
      const open = routes.filter(({ Properties: { AuthorizationType: type } }) => type === 'NONE');
      const shares = open.map(({ Properties: { RouteKey: key } }) => settings.get(key));
      const sumOf = (part: (share: NonNullable<(typeof shares)[number]>) => number) =>
        shares.reduce((sum, share) => sum + (share === undefined ? Number.POSITIVE_INFINITY : part(share)), 0);
      const SECONDS_OF_A_REQUEST = 0.5;

      expect([...settings.keys()].sort()).toEqual(routes.map(({ Properties: { RouteKey } }) => RouteKey).sort());
      expect(sumOf((share) => share.ThrottlingBurstLimit)).toBeLessThanOrEqual(5);
      expect(sumOf((share) => share.ThrottlingRateLimit) * SECONDS_OF_A_REQUEST).toBeLessThanOrEqual(5);
      expect(settings.get('POST /v1/models/{model}/rollback')).toEqual({
        ThrottlingRateLimit: 10,
        ThrottlingBurstLimit: 10,
      });
      const functions = Object.values(of.findResources('AWS::Lambda::Function'));
      expect(functions.filter((one) => 'ReservedConcurrentExecutions' in one['Properties'])).toEqual([]);
    },
  );

  it('log whose token was let in by which route, and never the path, which is a credential (BG-1)', () => {
    const { Properties } = resourceOf(development, 'AWS::ApiGatewayV2::Stage', 'GovernanceDoorsStage');
    const logged = ['requestTime', 'routeKey', 'status', 'authorizer.claims.sub'];

    for (const name of logged) expect(Properties.AccessLogSettings.Format).toContain(`$context.${name}`);
    expect(Properties.AccessLogSettings.Format).not.toMatch(/path/i);
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
  });

  it('trust an issuer of the user instead, and then make no pool', () => {
    const template = coreTemplate({ oidcIssuer: 'https://id.bank.example', oidcAudience: 'assay' });

    template.resourceCountIs('AWS::Cognito::UserPool', 0);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://id.bank.example', Audience: ['assay'] },
    });
    expect(() => coreTemplate({ oidcIssuer: 'https://id.bank.example' })).toThrow('come together');
  });

  it('let in the groups that the API knows', () => {
    const groups = Object.values(development.findResources('AWS::Cognito::UserPoolGroup'));

    expect(groups.map(({ Properties }) => Properties.GroupName).sort()).toEqual(Object.keys(API_ROLES).sort());
  });
});

describe('the template', () => {
  it('has the outputs that the command line, the laptop and the guide look for', () => {
    expect(Object.keys(development.findOutputs('*')).sort()).toEqual(
      [
        'ApiId ApiUrl AttestationKeyArn AuditBucketName BusName CountingRoleArn DecisionKeyArn',
        'EvidenceBucketName HistoryBucketName LinkKeyArn LockedCopiesBucketName LogKeyArn LogOrigin',
        'MoveMachineArn PromotionMachineArn RecordKeyArn ReleaseMachineArn RollbackMachineArn',
        'RotationMachineArn SignInClientId SignInIssuer SignedRoutesArn TableName UserPoolClientId',
        'UserPoolId',
      ].flatMap((line) => line.split(' ')),
    );
  });

  it('knows nothing of a laptop, but for the addresses where the command line waits for a browser', () => {
    const text = JSON.stringify(development.toJSON()).replaceAll(/"http:\/\/localhost:\d+\/callback"/g, '');

    expect(text).not.toMatch(/localhost|127\.0\.0\.1|endpoint_url|ministack|000000000000/i);
  });

  it('is the same for the same context', () => {
    expect(Template.fromStack(coreStack()).toJSON()).toEqual(development.toJSON());
  });
});

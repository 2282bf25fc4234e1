/** What AWS refuses, or does to a busy account, and the emulator does not. */
import { describe, expect, it } from 'vitest';
import { METRICS_NAMESPACE } from '../../lib/adapters/cloudwatch-metrics.ts';
import { coreTemplate, PRODUCTION, resourceOf, roleStatements, textOf } from './template.ts';

const production = coreTemplate(PRODUCTION);
const statements = roleStatements(production);

describe('what outlives its stack', () => {
  it.each([
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket', 7],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues', 10],
  ])('keeps its policy: %s', (kind, policyKind, property, count) => {
    const resources = Object.entries(production.findResources(kind));
    const policies = Object.values(production.findResources(policyKind));
    const retained = resources.filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain').map(([id]) => id);
    const protectedOnes = policies
      .filter(({ DeletionPolicy, UpdateReplacePolicy }) =>
        [DeletionPolicy, UpdateReplacePolicy].every((it) => it === 'Retain'),
      )
      .map(({ Properties }) => textOf([Properties[property]].flat()[0]).slice(1, -1));

    expect(retained).toHaveLength(count);
    expect(protectedOnes.toSorted()).toEqual(retained.toSorted());
  });

  it('is all that is protected from deletion: a first deployment that fails has to delete the rest', () => {
    const PROTECTIONS = ['DeletionProtectionEnabled', 'DeletionProtection', 'ObjectLockEnabled'];
    const resources = Object.values(production.toJSON()['Resources'] as Record<string, Record<string, unknown>>);
    const isProtected = ({ Properties }: Record<string, unknown>) =>
      Object.entries(Properties ?? {}).some(([name, value]) => PROTECTIONS.includes(name) && value !== 'INACTIVE');
    const guarded = resources.filter(isProtected);

    expect(guarded.map(({ Type }) => Type)).toEqual(
      expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::S3::Bucket']),
    );
    expect(guarded.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain')).toEqual([]);
  });

  it('has no name that the next attempt would need again', () => {
    const kept = Object.entries(production.toJSON()['Resources'] as Record<string, Record<string, unknown>>).filter(
      ([, { DeletionPolicy }]) => DeletionPolicy === 'Retain',
    );
    const NAMES = ['BucketName', 'TableName', 'QueueName', 'LogGroupName', 'UserPoolName', 'AliasName'];
    const named = kept.flatMap(([, { Properties }]) =>
      NAMES.flatMap((name) => Object.entries(Properties ?? {}).filter(([key]) => key === name)),
    );

    expect(kept.length).toBeGreaterThan(30);
    expect(named.filter(([, name]) => !JSON.stringify(name).includes('AWS::StackId'))).toEqual([]);
  });
});

describe('a step of a machine', () => {
  const definitions = Object.values(production.findResources('AWS::StepFunctions::StateMachine')).map(
    ({ Properties }) => textOf(Properties['DefinitionString']),
  );
  const times = (text: string, part: string): number => text.split(part).length - 1;

  it('that Lambda has no place for is tried 30 times, after 2 seconds at first and a minute at last', () => {
    const ladder = [
      '{"ErrorEquals":["Lambda.TooManyRequestsException"],"IntervalSeconds":2,"MaxAttempts":30,"MaxDelaySeconds":60,',
      '"BackoffRate":2,"JitterStrategy":"FULL"}',
    ].join('');

    expect(definitions).toHaveLength(5);
    for (const definition of definitions) {
      expect(times(definition, '"Type":"Task"')).toBeGreaterThan(0);
      expect(times(definition, ladder)).toBe(times(definition, '"Type":"Task"'));
    }
  });
});

type Resources = Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>;
/** The names that a resource has in its account and region, and not only in its role, user pool or API. */
const namesIn = (type: string, properties: Record<string, unknown>): string[] =>
  /IAM::Policy|UserPool(Client|Group)|Stage|Authorizer/.test(type)
    ? []
    : [...Object.entries(properties), ...Object.entries(Object(properties['DatabaseInput']))]
        .filter(([key]) => /^(?:\w*Name|Domain)$/.test(key))
        .map(([key, value]) => [key, textOf(value)])
        // A reference names what another resource here is called.
        .filter(([, name = '']) => !/^<[\w.]+>$/.test(name))
        .map(([key, name]) => `${type} ${key} ${name}`);

describe('two deployments in one account', () => {
  const patterns = ['prod', 'prod-eu'].map((environment) =>
    Object.values(coreTemplate({ environment }).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties),
  );

  it('are asked for rollbacks by alarms of their own alone', () => {
    const prefixes = patterns.map((rules) =>
      rules
        .flatMap(({ EventPattern: pattern }) => pattern?.detail?.alarmName ?? [])
        .flatMap(({ prefix = [] }) => prefix),
    );

    expect(prefixes).toEqual([['assay/prod/'], ['assay/prod-eu/']]);
    const [[one = ''] = [], [other = ''] = []] = prefixes;
    expect(one.startsWith(other) || other.startsWith(one)).toBe(false);
  });

  it('take in packages of the groups that each of them names', () => {
    const { Properties } = resourceOf(
      coreTemplate({ environment: 'prod', modelPackageGroups: 'credit, fraud' }),
      'AWS::Lambda::Function',
      'GovernanceIntakeReceiveRelease',
    );

    expect(Properties.Environment.Variables).toMatchObject({ ENVIRONMENT: 'prod', PACKAGE_GROUPS: 'credit,fraud' });
    expect(() => coreTemplate({ modelPackageGroups: 'credit,a_b' })).toThrow('modelPackageGroups');
  });

  it('have no name in common', () => {
    const [one, other] = ['prod', 'prod-eu'].map((environment) => {
      const resources = Object.values(coreTemplate({ environment }).toJSON()['Resources'] as Resources);
      return new Set(resources.flatMap(({ Type, Properties = {} }) => namesIn(Type, Properties)));
    });

    expect(one?.size).toBeGreaterThan(8);
    expect([...(one ?? [])].filter((name) => other?.has(name))).toEqual([]);
  });

  it('hear requests on buses of their own', () => {
    const buses = ['prod', 'prod-eu'].map((environment) =>
      Object.values(coreTemplate({ environment }).findResources('AWS::Events::EventBus')).map(
        ({ Properties }) => Properties.Name,
      ),
    );

    expect(buses).toEqual([['assay-prod'], ['assay-prod-eu']]);
    const requests = patterns
      .flat()
      .filter(({ EventPattern: pattern }) => pattern?.['detail-type']?.[0] === 'Release Requested');
    expect(requests.map(({ EventBusName: bus }) => bus)).toEqual([
      { Ref: expect.any(String) },
      { Ref: expect.any(String) },
    ]);
  });
});

describe('log groups that services deliver to', () => {
  it('have the prefix that needs no part of the resource policy of the account', () => {
    const delivered = [
      ...Object.values(production.findResources('AWS::StepFunctions::StateMachine')).map(
        ({ Properties }) => Properties.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn,
      ),
      ...Object.values(production.findResources('AWS::ApiGatewayV2::Stage')).map(
        ({ Properties }) => Properties.AccessLogSettings.DestinationArn,
      ),
    ].map((arn) => /<(\w+)\.Arn>/.exec(textOf(arn))?.[1]);
    const groups = production.findResources('AWS::Logs::LogGroup');
    const names = delivered.map((id) => JSON.stringify(groups[id ?? '']?.['Properties'].LogGroupName));

    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
    expect(names.filter((name) => !name.includes('"/aws/vendedlogs/assay/prod/'))).toEqual([]);
  });
});

describe('metrics', () => {
  it('may be written to the namespace of the product alone', () => {
    const writing = statements.filter(({ Action }) => Action.includes('cloudwatch:PutMetricData'));

    expect(writing.length).toBeGreaterThan(0);
    for (const { Condition } of writing) {
      expect(Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': METRICS_NAMESPACE } });
    }
  });
});

describe('mail', () => {
  it('may be sent from the one address alone, whatever identity SES checks', () => {
    const [sending, ...others] = statements.filter(({ Action }) => Action.includes('ses:SendEmail'));

    expect(others).toEqual([]);
    expect(sending?.Resource.map(textOf)).toEqual([
      'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:configuration-set/assay-prod',
      'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*',
    ]);
    expect(sending?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'assay@bank.example' } });
  });
});

describe('large tables', () => {
  it('are counted with the rights on the default database that Athena asks of every DDL', () => {
    const resources = ['catalog', 'database/default'].map(
      (it) => `arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:${it}`,
    );
    const may = (action: string) =>
      statements.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource.map(textOf));

    expect(may('glue:CreateDatabase').toSorted()).toEqual(resources);
    expect(may('glue:GetDatabase')).toEqual(expect.arrayContaining(resources));
  });

  it('have a workgroup that reads at most what comparing the largest two tables needs', () => {
    const largest = 5 * 1024 ** 3;

    expect(resourceOf(production, 'AWS::Athena::WorkGroup', 'GovernanceLargeTables')['Properties']).toMatchObject({
      WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 2 * 3 * largest },
    });
  });

  it('leave a workgroup that can be deleted with its history', () => {
    production.allResourcesProperties('AWS::Athena::WorkGroup', { RecursiveDeleteOption: true });
  });
});

describe('what becomes of mails', () => {
  it('comes from SES by the default bus, and only of the mails of this deployment', () => {
    const propertiesOf = (type: string) =>
      Object.values(
        production.findResources(type) as Record<string, { readonly Properties: Record<string, unknown> }>,
      ).map(({ Properties }) => Properties);
    const [set] = propertiesOf('AWS::SES::ConfigurationSet');
    const [destination] = propertiesOf('AWS::SES::ConfigurationSetEventDestination');
    const rules = propertiesOf('AWS::Events::Rule').filter((it) => JSON.stringify(it).includes('aws.ses'));

    expect(set).toMatchObject({ Name: 'assay-prod' });
    expect(destination?.['EventDestination']).toMatchObject({
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint', 'reject'],
    });
    expect(textOf(destination?.['EventDestination'])).toContain('event-bus/default');
    expect(rules.map((it) => it['EventPattern'])).toEqual([
      {
        source: ['aws.ses'],
        detail: {
          eventType: ['Bounce', 'Complaint', 'Reject'],
          mail: { tags: { 'ses:configuration-set': ['assay-prod'] } },
        },
      },
    ]);
    expect(rules[0]).not.toHaveProperty('EventBusName');
  });

  it('is asked of nobody where nobody gets mail', () => {
    const silent = coreTemplate({ mailFrom: undefined });

    expect(silent.findResources('AWS::SES::ConfigurationSet')).toEqual({});
  });
});

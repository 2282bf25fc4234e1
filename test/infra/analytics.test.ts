import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { AuditEvent } from '../../lib/domain/ledger/event.ts';
import { QUESTIONS } from '../../lib/domain/questions/catalogue.ts';
import { HISTORY_PREFIX, ORIGINS_PREFIX } from '../../lib/domain/questions/history-reach.ts';
import { HISTORY_COLUMNS } from '../../lib/domain/questions/history-row.ts';
import { placesIn } from '../../lib/domain/questions/literal.ts';
import { ORIGIN_COLUMNS } from '../../lib/domain/questions/origin-row.ts';
import { PROJECT, QUESTIONS_SQL } from '../../lib/infra/bundling.ts';
import { AnalyticsQueriesStack } from '../../lib/infra/stacks/analytics-queries-stack.ts';
import { bucketStatements, coreTemplate, PRODUCTION, resourceOf, roleStatements, textOf } from './template.ts';

const template = coreTemplate(PRODUCTION);
const tableOf = (id: string) =>
  resourceOf(template, 'AWS::Glue::Table', `GovernanceAnalytics${id}`)['Properties'].TableInput;
const BUCKET = /^s3:\/\/<GovernanceAnalyticsBucket[0-9A-F]{8}>\//;

describe('the workgroup of questions (Q-1 to Q-9)', () => {
  const { Properties } = resourceOf(template, 'AWS::Athena::WorkGroup', 'GovernanceAnalytics');
  const { WorkGroupConfiguration: configuration } = Properties;

  it('bounds what one query reads, whoever asks, and says where results go', () => {
    expect(configuration).toMatchObject({
      BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      EnforceWorkGroupConfiguration: true,
      ResultConfiguration: {
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        ExpectedBucketOwner: { Ref: 'AWS::AccountId' },
      },
    });
    expect(textOf(configuration.ResultConfiguration.OutputLocation).replace(BUCKET, '')).toBe('results/');
  });

  it('can be deleted although it was asked', () => {
    expect(Properties.RecursiveDeleteOption).toBe(true);
  });
});

describe('the bucket of derived rows', () => {
  const { Properties } = resourceOf(template, 'AWS::S3::Bucket', 'GovernanceAnalytics');

  it('can be made again: it has no lock, and lets results go after a day and rows never', () => {
    expect(Properties.ObjectLockEnabled).toBeUndefined();
    expect(Properties.LifecycleConfiguration.Rules).toEqual([
      { ExpirationInDays: 1, Prefix: 'results/', Status: 'Enabled' },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
    ]);
  });

  it('is encrypted by S3, and takes no request without TLS', () => {
    expect(JSON.stringify(Properties.BucketEncryption)).toContain('AES256');
    const [statement] = bucketStatements(template, 'GovernanceAnalyticsBucket');
    expect(statement).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });
});

describe('the tables', () => {
  it('of events have each member of an event, and the days projected', () => {
    const { StorageDescriptor, PartitionKeys, Parameters } = tableOf('Events');
    const location = textOf(StorageDescriptor.Location);

    expect(StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name)).toEqual(Object.keys(AuditEvent.shape));
    expect(location).toMatch(/^s3:\/\/<GovernanceLedgerBucket[0-9A-F]{8}>\/bundles\/v1\/$/);
    expect(PartitionKeys).toEqual([{ Name: 'dt', Type: 'string' }]);
    expect({ ...Parameters, 'storage.location.template': '' }).toMatchObject({
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.range': '2026-01-01,NOW',
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
    });
    expect(textOf(Parameters['storage.location.template'])).toBe(`${location}dt=\${dt}/`);
  });

  it.each([
    ['History', HISTORY_COLUMNS, HISTORY_PREFIX],
    ['Origins', ORIGIN_COLUMNS, ORIGINS_PREFIX],
  ] as const)('of derived rows have their columns, and read no other files: %s', (id, columns, prefix) => {
    const { StorageDescriptor, PartitionKeys } = tableOf(id);

    expect(StorageDescriptor.Columns).toEqual(columns.map(({ name, type }) => ({ Name: name, Type: type })));
    expect(textOf(StorageDescriptor.Location).replace(BUCKET, '')).toBe(prefix);
    expect(PartitionKeys).toBeUndefined();
  });

  it('are in a database of their own: of the default one nothing may be read but that it is there', () => {
    const asking = roleStatements(template).filter(({ role }) => role.includes('ServeQuestions'));
    const of = (part: string) =>
      asking
        .filter(({ Resource }) => Resource.map(textOf).some((it) => it.endsWith(part)))
        .flatMap(({ Action }) => Action);

    expect(of(':database/default')).toEqual(['glue:GetDatabase']);
    for (const table of ['history', 'origins']) {
      expect(of(`:table/questions_assay_prod/${table}`)).toEqual(['glue:GetTable']);
    }
    // It notes who asked, and reads nothing of the table.
    expect(asking.flatMap(({ Action }) => Action).filter((action) => action.startsWith('dynamodb:'))).toEqual([
      'dynamodb:UpdateItem',
    ]);
  });
});

describe('the saved queries', () => {
  const stack = new AnalyticsQueriesStack(new App(), 'queries', {
    database: 'questions_assay_prod',
    workgroup: 'assay-prod-questions',
  });
  const saved = Object.values(Template.fromStack(stack).findResources('AWS::Athena::NamedQuery')).map(
    ({ Properties }) => Properties,
  );

  it('are all questions, in the workgroup with the bound', () => {
    expect(saved.map(({ Name }) => Name)).toEqual(QUESTIONS.map(({ name }) => `assay ${name}`));
    for (const { Database, WorkGroup } of saved) {
      expect([Database, WorkGroup]).toEqual(['questions_assay_prod', 'assay-prod-questions']);
    }
  });

  it.each(QUESTIONS)(
    'is the file of the question $name, filled, under a line that says what to replace',
    (question) => {
      const { QueryString: text } = saved.find(({ Name }) => Name === `assay ${question.name}`) ?? expect.unreachable();
      const [first = '', ...statement] = text.split('\n');
      const source = readFileSync(join(PROJECT, QUESTIONS_SQL, question.sql), 'utf8');
      const around = source.split(/\{\{[a-z_]+\}\}/);

      expect(first).toMatch(/^-- /);
      expect(placesIn(text)).toEqual([]);
      for (const part of around) expect(statement.join('\n')).toContain(part.trimEnd());
      for (const { name, sample } of question.parameters) {
        expect(first).toContain(`by ${name} `);
        expect(first).toContain(sample);
      }
      // CloudFormation takes no longer one.
      expect(text.length).toBeLessThanOrEqual(262_144);
    },
  );

  it('are in no template that the local AWS would refuse', () => {
    template.resourceCountIs('AWS::Athena::NamedQuery', 0);
  });

  it('break no rule of cdk-nag', () => {
    expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });
});

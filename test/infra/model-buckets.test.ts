import { statSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ModelBuckets } from '../../lib/infra/constructs/model-buckets.ts';
import { coreStack, coreTemplate, PRODUCTION, roleStatements, textOf } from './template.ts';

it('a deployment without a bucket that releases may come from is refused', () => {
  const scope = new Stack();

  expect(() => new ModelBuckets(scope, 'Buckets', { names: [], keyArns: [] })).toThrow('there must be a model bucket');
});

describe('customer managed keys of model buckets', () => {
  const KEYS = ['1234abcd-12ab-34cd-56ef-1234567890ab', 'mrk-1234abcd12ab34cd56ef1234567890ab'].map(
    (id) => `arn:aws:kms:eu-central-1:111122223333:key/${id}`,
  );
  const statements = roleStatements(coreTemplate({ modelKeyArns: KEYS.join(', ') }));
  const models = (action: string) =>
    rolesOf(({ Action, Resource }) => Action.includes(action) && Resource.map(textOf).some(isInModelBucket));
  const isInModelBucket = (arn: string) => arn.includes(':::assay-models-');
  const rolesOf = (matches: (statement: (typeof statements)[number]) => boolean) =>
    [...new Set(statements.filter(matches).map(({ role }) => role))].toSorted();
  const using = (action: string) =>
    statements.filter(({ Action, Resource }) => Action.includes(action) && JSON.stringify(Resource).includes(':key/'));

  /** Monitors write what they found without telling its version, so it is read in the newest one. */
  const monitorsOf = (use: string) =>
    use === 'kms:Decrypt' ? models('s3:GetObject').filter((role) => role.includes('MonitorModels')) : [];

  it.each([
    ['kms:Decrypt', 's3:GetObjectVersion', 7],
    ['kms:GenerateDataKey', 's3:PutObject', 2],
  ])('may be used for %s by the roles that have %s there, and no others', (use, action, atLeast) => {
    expect(
      using(use)
        .map(({ role }) => role)
        .toSorted(),
    ).toEqual([...models(action), ...monitorsOf(use)].toSorted());
    expect(models(action).length).toBeGreaterThanOrEqual(atLeast);
  });

  it('may be used by the role that endpoints run with, which loads the artifact', () => {
    expect(using('kms:Decrypt').filter(({ role }) => role.startsWith('GovernanceModelRole'))).toHaveLength(1);
  });

  it('are named exactly, and used through S3 alone', () => {
    for (const { Resource, Condition } of [...using('kms:Decrypt'), ...using('kms:GenerateDataKey')]) {
      expect(Resource).toEqual(KEYS);
      expect(Object.keys(Condition ?? {})).toEqual(['StringEquals']);
      expect(textOf(Condition?.['StringEquals']?.['kms:ViaService'])).toBe('s3.<AWS::Region>.<AWS::URLSuffix>');
    }
  });

  it('give no right where none is set', () => {
    const plain = roleStatements(coreTemplate()).flatMap(({ Action }) => Action);

    expect(plain.filter((action) => ['kms:Decrypt', 'kms:GenerateDataKey'].includes(action))).toEqual([]);
  });
});

describe('two hundred model buckets with names as long as S3 takes them, and twenty keys (SD-2)', () => {
  const names = Array.from({ length: 200 }, (_, index) => `${'m'.repeat(60)}${String(index).padStart(3, '0')}`);
  const keys = Array.from(
    { length: 20 },
    (_, index) => `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-${'0'.repeat(30)}${10 + index}`,
  );
  const stack = coreStack({
    ...PRODUCTION,
    modelBuckets: names.join(),
    modelKeyArns: keys.join(),
    // As long as the settings of serving may be.
    servingTags: Array.from({ length: 26 }, (_, index) => `key${10 + index}=${'v'.repeat(54)}`).join(),
    servingKmsKeyArn: keys[0]?.replace(/mrk-.*/, '1234abcd-12ab-34cd-56ef-1234567890ab') ?? '',
  });
  const template = Template.fromStack(stack);
  const managed = template.findResources('AWS::IAM::ManagedPolicy');

  /** What IAM counts: the characters of the document without blanks, in the partition with the longest name. */
  const sizeOf = (document: unknown): number => resolved(document).replaceAll(/\s/g, '').length;
  const resolved = (value: unknown): string =>
    JSON.stringify(value, (_, part) =>
      isReference(part)
        ? textOf(part).replaceAll(/<([^>]*)>/g, (_all, name: string) => ACTUAL[name] ?? 'x'.repeat(90))
        : part,
    );
  const isReference = (part: unknown): boolean =>
    typeof part === 'object' && part !== null && /^(?:Ref|Fn::\w+)$/.test(Object.keys(part).join());
  const ACTUAL: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws-us-gov',
    'AWS::Region': 'us-gov-west-1',
    'AWS::AccountId': '111122223333',
    'AWS::URLSuffix': 'amazonaws.com',
  };

  it('fit into managed policies', () => {
    const sizes = Object.values(managed).map(({ Properties }) => sizeOf(Properties.PolicyDocument));

    expect(sizes.length).toBeGreaterThan(9);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6144);
  });

  it('fit into the policies that a role may have', () => {
    const inline = Object.values(template.findResources('AWS::IAM::Policy'));
    for (const [role, { Properties }] of Object.entries(template.findResources('AWS::IAM::Role'))) {
      const overflowing = Object.values(managed).filter(({ Properties: { Roles = [] } }) =>
        JSON.stringify(Roles).includes(`"${role}"`),
      );
      const own = inline.filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${role}"`));

      expect((Properties.ManagedPolicyArns ?? []).length + overflowing.length, role).toBeLessThanOrEqual(10);
      expect(
        own.reduce((sum, { Properties: { PolicyDocument } }) => sum + sizeOf(PolicyDocument), 0),
        role,
      ).toBeLessThanOrEqual(10_240);
    }
  });

  it('fit into a stack, its template and the variables of its Lambdas', () => {
    expect(Object.keys(template.toJSON()['Resources']).length).toBeLessThanOrEqual(500);
    expect(statSync(join(App.of(stack)?.synth().directory ?? '', stack.templateFile)).size).toBeLessThanOrEqual(
      1_000_000,
    );
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(resolved(Properties.Environment.Variables).length).toBeLessThanOrEqual(4096);
    }
  });

  it('are all read, and records are put into all of them', () => {
    const statements = roleStatements(template);
    const may = (role: string, action: string) =>
      new Set(
        statements
          .filter((it) => it.role.includes(role) && it.Action.includes(action))
          .flatMap(({ Resource }) => Resource.map(textOf))
          .flatMap((arn) => /:::(m{60}\d{3})/.exec(arn)?.[1] ?? []),
      ).size;

    expect(may('ReceiveRelease', 's3:GetObjectVersion')).toBe(200);
    expect(may('ReceiveRelease', 's3:ListBucket')).toBe(200);
    expect(may('DeployEndpoint', 's3:GetObject')).toBe(200);
    expect(may('GovernanceModelRole', 's3:GetObjectVersion')).toBe(200);
    expect(may('EvaluateRiskClassification', 's3:PutObject')).toBe(0);
    expect(may('SignRecord', 's3:PutObject')).toBe(200);
  });

  it('are the limit', () => {
    expect(() => coreTemplate({ modelBuckets: [...names, 'one-more'].join() })).toThrow('200 buckets at most');
  });
});

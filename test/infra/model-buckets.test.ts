import { describe, expect, it } from 'vitest';
import { ModelBuckets } from '../../lib/infra/constructs/model-buckets.ts';
import { coreTemplate, roleStatements, textOf } from './template.ts';

it('a deployment without a bucket that releases may come from is refused', () => {
  expect(() => new ModelBuckets([])).toThrow('there must be a model bucket');
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

  it.each([
    ['kms:Decrypt', 's3:GetObjectVersion'],
    ['kms:GenerateDataKey', 's3:PutObject'],
  ])('may be used for %s by the roles that have %s there, and no others', (use, action) => {
    expect(
      using(use)
        .map(({ role }) => role)
        .toSorted(),
    ).toEqual(models(action));
    expect(models(action).length).toBeGreaterThan(6);
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

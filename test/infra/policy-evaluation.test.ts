import { describe, expect, it } from 'vitest';
import { bucketAllows, keyAllows, statementsOf } from './policy-evaluation.ts';

const ROOT = { AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' };
const ANYBODY = { AWS: '*' };
const asked = { principal: 'role/a', action: 'kms:Sign', resource: 'bucket/key' };
const keyWith = (...statements: object[]) => statementsOf({ Statement: statements });
const denying = (Condition: object) =>
  statementsOf({ Statement: [{ Effect: 'Deny', Principal: ANYBODY, Action: '*', Resource: '*', Condition }] });

describe('the evaluation of a key policy', () => {
  it.each([
    ['says nothing', [], false],
    ['names the principal', [{ Effect: 'Allow', Principal: { AWS: ['role/b', 'role/a'] }, Action: 'kms:Sign' }], true],
    ['names another one', [{ Effect: 'Allow', Principal: { AWS: 'role/b' }, Action: 'kms:Sign' }], false],
    ['leaves it to the account', [{ Effect: 'Allow', Principal: ROOT, Action: ['kms:*'] }], true],
    ['leaves something else to the account', [{ Effect: 'Allow', Principal: ROOT, Action: ['kms:Get*'] }], false],
  ])('that %s: %j %s', (_, statements, isAllowed) => {
    expect(keyAllows(keyWith(...statements), { principal: 'role/a', action: 'kms:Sign' })).toBe(isAllowed);
  });

  it('lets a denial win', () => {
    const allow = { Effect: 'Allow', Principal: { AWS: 'role/a' }, Action: 'kms:Sign' };
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Sign' };

    expect(keyAllows(keyWith(allow, deny), { principal: 'role/a', action: 'kms:Sign' })).toBe(false);
  });
});

describe('the condition of a denial', () => {
  it.each([
    [{ StringEquals: { k: 'x' } }, { x: true, y: false, nothing: false }],
    [{ StringNotEquals: { k: 'x' } }, { x: false, y: true, nothing: true }],
    // AWS: "the request is still denied even if the condition key is not present."
    [{ StringNotEqualsIfExists: { k: 'x' } }, { x: false, y: true, nothing: true }],
    [
      { StringNotEquals: { k: 'x' }, Null: { k: 'false' } },
      { x: false, y: true, nothing: false },
    ],
    [{ Null: { k: 'true' } }, { x: false, y: false, nothing: true }],
    [{ 'ForAllValues:StringLike': { k: ['x*'] } }, { x: true, y: false, nothing: true }],
  ])('%j holds or not, by what the request says', (condition, holds) => {
    const isDenied = (context: Record<string, string>) => !bucketAllows(denying(condition), { ...asked, context });

    expect({ x: isDenied({ k: 'x' }), y: isDenied({ k: 'y' }), nothing: isDenied({}) }).toEqual(holds);
  });

  it('is never passed over', () => {
    expect(() => bucketAllows(denying({ DateLessThan: { k: '2026' } }), asked)).toThrow(
      'knows no operator DateLessThan',
    );
  });
});

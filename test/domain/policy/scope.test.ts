import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canMeet, isInScope, isWithin, Scope } from '../../../lib/domain/policy/scope.ts';

const model = (name: string, tags: Record<string, string> = {}) => ({ name, tags: new Map(Object.entries(tags)) });

describe('the scope of an overlay (RT-6)', () => {
  it.each([
    ['a name', { models: ['credit'] }, model('credit'), true],
    ['another name', { models: ['credit'] }, model('credit-2'), false],
    ['a pattern', { models: ['hmda-*', 'credit-*-eu'] }, model('credit-cards-eu'), true],
    ['a name in other letters', { models: ['Credit-*'] }, model('cREDIT-x'), true],
    ['a tag', { tags: { line: ['credit', 'cards'] } }, model('m', { line: 'cards' }), true],
    ['another value', { tags: { line: ['credit'] } }, model('m', { line: 'marketing' }), false],
    ['no value', { tags: { line: ['credit'] } }, model('m'), true],
    ['one of two tags', { tags: { line: ['credit'], region: ['eu'] } }, model('m', { region: 'us' }), false],
    ['a tag named like a part of an object', { tags: { constructor: ['x'] } }, model('m'), true],
    ['name and tag', { models: ['m'], tags: { line: ['credit'] } }, model('m', { line: 'credit' }), true],
    ['a tag, and another name', { models: ['n'], tags: { line: ['credit'] } }, model('m', { line: 'credit' }), false],
  ])('by %s', (_, scope, one, expected) => {
    expect(isInScope(scope, one)).toBe(expected);
  });

  it('says for which models it is', () => {
    expect(Scope.safeParse({}).error?.issues[0]?.message).toContain('is for every model');
    expect(Scope.safeParse({ models: ['a b'] }).success).toBe(false);
  });
});

describe('two scopes', () => {
  it.each([
    ['credit-*', '*-eu', true],
    ['credit-*', 'Credit-Cards', true],
    ['credit-*', 'mortgage-*', false],
    ['a*b*c', 'a*c', true],
    ['a*b', 'b*a', false],
    ['a', 'ab', false],
    ['ab', 'a', false],
    ['*', 'a', true],
    ['a', '*', true],
  ])('of %s and %s: whether one model can be in both is %s', (one, other, expected) => {
    expect(canMeet({ models: [one] }, { models: [other] })).toBe(expected);
  });

  it('meet in a model that is not listed, whatever tags they ask for', () => {
    expect(canMeet({ tags: { line: ['credit'] } }, { tags: { line: ['marketing'] } })).toBe(true);
  });

  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 5 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 });
  it('can meet if a model is in both, and the wider one has every model of the narrower', () => {
    fc.assert(
      fc.property(letters, letters, name, (one, other, found) => {
        const isIn = (pattern: string) => isInScope({ models: [pattern] }, model(found));
        if (isIn(one) && isIn(other)) expect(canMeet({ models: [one] }, { models: [other] })).toBe(true);
        if (isWithin({ models: [one] }, { models: [other] }) && isIn(one)) expect(isIn(other)).toBe(true);
      }),
      { numRuns: 2000, seed: 11 },
    );
  });

  it.each([
    [{ models: ['credit-eu-*'] }, { models: ['credit-*'] }, true],
    [{ models: ['credit-*'] }, {}, true],
    [{}, { models: ['credit-*'] }, false],
    [{ tags: { line: ['a'] } }, { tags: { line: ['a', 'b'] } }, true],
    [{ tags: { line: ['a', 'b'] } }, { tags: { line: ['a'] } }, false],
    [{ tags: { region: ['a'] } }, { tags: { line: ['a'] } }, false],
  ])('%j is within %j: %s', (inner, outer, expected) => {
    expect(isWithin(inner, outer)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { parameterChange } from '../../../lib/domain/policy/parameter-change.ts';

const key = (name: string, material: string) => ({ name, public_key_pem: material });
const root = (name: string, material: string) => ({ name, certificate_pem: material });
const demand = (predicate_type: string, trusted_keys: readonly object[], more: object = {}) => ({
  predicate_type,
  subject: 'artifact',
  trusted_keys,
  trusted_roots: [],
  ...more,
});
const [A, B, R] = [key('a', 'A'), key('b', 'B'), root('r', 'R')];
const BY_A = demand('t', [A]);
const BY_BOTH = demand('t', [A, B]);

const said = (before: unknown, after: unknown) =>
  parameterChange('p', 'attestations', before, after).map(
    (change) => `${change.effect}: ${change.before} -> ${change.after}`,
  );

describe('a change of the attestations that a policy demands (CK-13)', () => {
  it.each([
    ['a key more', [BY_A], [BY_BOTH], 'looser: t about artifact by a -> t about artifact by a, b'],
    ['a key less', [BY_BOTH], [BY_A], 'stricter: t about artifact by a, b -> t about artifact by a'],
    [
      'a root more',
      [BY_A],
      [demand('t', [A], { trusted_roots: [R] })],
      'looser: t about artifact by a -> t about artifact by a, r',
    ],
    [
      'another key of the same name',
      [BY_A],
      [demand('t', [key('a', 'B')])],
      'looser: t about artifact by a -> t about artifact by a',
    ],
    [
      'a demand that is gone',
      [BY_A, demand('u', [A])],
      [BY_A],
      'looser: t about artifact by a, u about artifact by a -> t about artifact by a',
    ],
    [
      'a demand more',
      [BY_A],
      [BY_A, demand('u', [A])],
      'stricter: t about artifact by a -> t about artifact by a, u about artifact by a',
    ],
    [
      'another version of the type, and a demand more',
      [demand('t/v1', [A])],
      [demand('t/v0.2', [A]), BY_A],
      'looser: t/v1 about artifact by a -> t/v0.2 about artifact by a, t about artifact by a',
    ],
    [
      'another subject',
      [BY_A],
      [demand('t', [A], { subject: 'predictions' })],
      'looser: t about artifact by a -> t about predictions by a',
    ],
    [
      'what only another version knows of a demand',
      [demand('t', [A], { since: 'yesterday' })],
      [BY_A],
      'looser: t about artifact by a -> t about artifact by a',
    ],
    ['a list that nobody had', undefined, [BY_A], 'unordered: none -> t about artifact by a'],
    ['a list of something else', ['x'], ['y'], 'unordered: x -> y'],
  ])('%s', (_, before, after, expected) => {
    expect(said(before, after)).toEqual([expected]);
    expect(said(before, before)).toEqual([]);
  });

  it.each([
    ['a key under another name', [BY_A], [demand('t', [key('b', ' A\n')])]],
    ['a demand that another one implies', [BY_A, BY_BOTH], [BY_A]],
  ])('says the same in other words: %s', (_, before, after) => {
    expect(said(before, after)).toEqual([]);
  });
});

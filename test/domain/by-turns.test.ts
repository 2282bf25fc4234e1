import { expect, it } from 'vitest';
import { byTurns } from '../../lib/domain/by-turns.ts';

const many = (attribute: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ attribute, value: `${attribute} ${index}` }));
const attributeOf = ({ attribute }: { attribute: string }) => attribute;
const taken = (items: ReturnType<typeof many>, maximum: number, isFirst = (_: string) => false) =>
  byTurns(items, maximum, { attributeOf, isFirst }).map(({ value }) => value);

it('of a list with room for few, no attribute takes the room of another', () => {
  const items = [...many('branch', 200), ...many('race', 2), ...many('sex', 3)];

  expect(taken(items, 8)).toEqual([
    ...['branch 0', 'branch 1', 'branch 2'],
    ...['race 0', 'race 1', 'sex 0', 'sex 1', 'sex 2'],
  ]);
});

it('attributes that come first have their room before all others', () => {
  const items = [...many('branch', 200), ...many('race', 4)];

  expect(taken(items, 5, (attribute) => attribute === 'race')).toEqual([
    ...['branch 0', 'race 0', 'race 1', 'race 2', 'race 3'],
  ]);
});

it('a list that fits is taken as it is', () => {
  expect(taken(many('race', 3), 3)).toEqual(['race 0', 'race 1', 'race 2']);
});

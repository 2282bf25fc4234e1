import { describe, expect, it } from 'vitest';
import { isLikelySame, nearestWord } from '../../lib/domain/spelling.ts';

describe('two names', () => {
  it.each([
    ['Two or more', 'two-or-more'],
    ['women', 'woman'],
    ['Asian', 'asians'],
    ['Québec', 'quebec'],
    ['65-74', '65 – 74'],
  ])('probably mean the same: %s and %s', (a, b) => {
    expect(isLikelySame(a, b)).toBe(true);
  });

  it.each([
    ['female', 'male'],
    ['65-74', '65-75'],
    ['group 1', 'group 2'],
    ['f', 'm'],
    ['+', '-'],
    ['northern', 'southern'],
  ])('mean different things: %s and %s', (a, b) => {
    expect(isLikelySame(a, b)).toBe(false);
  });
});

describe('the nearest word', () => {
  it('is the one that was probably meant', () => {
    expect(nearestWord('Expected-groups', ['maximum', 'expected_groups'])).toBe('expected_groups');
  });

  it('is none where none is near', () => {
    expect(nearestWord('colour', ['maximum'])).toBeUndefined();
    expect(nearestWord('colour', [])).toBeUndefined();
  });
});

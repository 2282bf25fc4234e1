import { describe, expect, it } from 'vitest';
import { isWatchedName, WatchedNames } from '../../../lib/domain/serving/watched-names.ts';

describe('the endpoints that are watched by name', () => {
  it.each([
    ['nothing', [], 'mortgage', false],
    ['everything', ['*'], 'mortgage', true],
    ['one', ['mortgage'], 'Mortgage', true],
    ['no part of a name', ['mort'], 'mortgage', false],
    ['a family', ['prod-*'], 'prod-mortgage', true],
    ['a family, but not a part of it', ['prod-*', '!prod-test-*'], 'prod-test-mortgage', false],
    ['what the last pattern that fits says', ['!*', 'mortgage'], 'mortgage', true],
  ])('are %s', (_, patterns, name, expected) => {
    expect(isWatchedName(name, WatchedNames.parse(patterns))).toBe(expected);
  });

  it.each(['', 'a.b', '(a)*', 'mort gage', 'a!'])('are not named by %j', (pattern) => {
    expect(WatchedNames.safeParse([pattern]).success).toBe(false);
  });
});

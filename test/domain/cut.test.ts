import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from '../../lib/domain/cut.ts';
import { hostileText } from '../support/hostile-text.ts';

describe('a text that is cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 3, 'too'],
    ['ab😀', 3, 'ab\ufffd'],
    ['\ud800', 3, '\ufffd'],
  ])('%j at %i is %j', (text, maxLength, expected) => {
    expect(cut(text, maxLength)).toBe(expected);
  });

  it('is well formed and no longer than it may be, whatever was cut', () => {
    fc.assert(
      fc.property(hostileText(24), fc.nat(20), (text, maxLength) => {
        const kept = cut(`\ud83d${text}`, maxLength);

        expect(kept.isWellFormed()).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });
});

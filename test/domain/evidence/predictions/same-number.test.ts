import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameNumber } from '../../../../lib/domain/evidence/predictions/same-number.ts';

describe('two texts', () => {
  it.each([
    ['1', '1.0'],
    ['1', '+1'],
    ['1.0E0', ' 1 '],
    ['1200', '1.2e3'],
    ['1e-2', '0.010'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['0', '-0.00'],
    ['0e5', '0'],
    ['100000000000000000000', '1e20'],
    ['-9007199254740993', '-9007199254740993.0'],
  ])('are one number: %s and %s', (a, b) => {
    expect(isSameNumber(a, b)).toBe(true);
    expect(isSameNumber(b, a)).toBe(true);
  });

  it.each([
    ['9007199254740992', '9007199254740993'],
    ['1', '-1'],
    ['1', '10'],
    ['0.1', '0.10000000000000000001'],
    ['', ''],
    ['.', '.'],
    ['e1', 'e1'],
    ['0x1', '1'],
    ['one', 'one'],
    ['1_0', '10'],
    ['1e99999', '1e99999'],
  ])('are not one number: %j and %j', (a, b) => {
    expect(isSameNumber(a, b)).toBe(false);
    expect(isSameNumber(b, a)).toBe(false);
  });

  it('are one number whichever way JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isSameNumber(String(value), value.toExponential())).toBe(true);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  divide,
  fraction,
  Share,
  scale,
  share,
  subtract,
  toDecimal,
  unscale,
} from '../../../../lib/domain/evidence/predictions/fraction.ts';

const of = (numerator: number, denominator: number) => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});

describe('a fraction', () => {
  it('is undefined over an empty group', () => {
    expect(fraction(0, 0)).toBeUndefined();
    expect(divide(of(1, 2), of(0, 5))).toBeUndefined();
  });

  it('compares exactly where binary fractions do not', () => {
    expect(0.9 - 0.7).toBeGreaterThan(0.2);

    expect(compare(subtract(of(9, 10), of(7, 10)), share('0.20'))).toBe(0);
  });

  it.each([
    ['far apart', of(1, 3), of(2, 3)],
    ['closer than doubles can tell', { numerator: 10n ** 20n, denominator: 10n ** 20n + 1n }, of(1, 1)],
    ['below zero', of(-2, 3), of(1, 3)],
    ['zero and the least', of(0, 1), { numerator: 1n, denominator: 10n ** 400n }],
  ])('is compared with one that is %s', (_, less, more) => {
    expect([compare(less, more), compare(more, less), compare(less, less)]).toEqual([-1, 1, 0]);
  });

  it.each([
    [of(1, 8), '0.1250'],
    [of(1, 3), '0.3333'],
    [of(2, 3), '0.6667'],
    [of(1, 20000), '0.0001'],
    [of(-1, 20000), '-0.0001'],
    [of(-1, 200000), '0.0000'],
    [of(199999, 200000), '1.0000'],
    [of(0, 7), '0.0000'],
    [of(25, 2), '12.5000'],
  ])('is written with four places, a half away from zero (%#)', (value, text) => {
    expect(toDecimal(value)).toBe(text);
  });

  it.each([
    [of(1, 3), 15, '0.333333333333333'],
    [of(2, 3), 1, '0.7'],
    [of(7, 2), 0, '4'],
    [of(-1, 3), 2, '-0.33'],
  ])('is written with as many places as are asked for (%#)', (value, places, text) => {
    expect(toDecimal(value, places)).toBe(text);
  });

  it('agrees with arithmetic on numbers', () => {
    const natural = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(natural, natural, natural, natural, (a, b, c, d) => {
        const quotient = divide(of(a, b), of(c, d));

        expect(Number(toDecimal(subtract(of(a, b), of(c, d))))).toBeCloseTo(a / b - c / d, 3);
        expect(compare(of(a, b), of(c, d))).toBe(Math.sign(a * d - b * c));
        expect(quotient && compare(quotient, of(a * d, b * c))).toBe(0);
      }),
    );
  });
});

describe('a share', () => {
  it.each(['0', '0.2', '0.20', '1', '1.00', '0.999999999'])('may be %s', (text) => {
    expect(Share.safeParse(text).success).toBe(true);
  });

  it.each(['', '1.01', '2', '-0.1', '.5', '0.', '1e-1', '0,2', ' 0.2', '0.1234567890', 'NaN'])(
    'may not be "%s"',
    (text) => {
      expect(Share.safeParse(text).success).toBe(false);
    },
  );

  it('may not be a number, because a policy is hashed', () => {
    expect(Share.safeParse(0.2).success).toBe(false);
  });
});

describe('a decimal', () => {
  it.each([
    ['12', 3, 12_000n],
    ['1.5', 3, 1500n],
    ['0.001', 3, 1n],
    ['0', 0, 0n],
  ])('%s is a whole number of its last place', (text, places, units) => {
    expect(scale(text, places)).toBe(units);
    expect(Number(unscale(units, places))).toBe(Number(text));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupKey } from '../../../../lib/domain/evidence/predictions/group-key.ts';
import { cellValue, isSameValue, spelling } from '../../../../lib/domain/evidence/predictions/same-value.ts';
import { DIFFERENT, MISSING, SAME } from './same-values.ts';

describe('two cells', () => {
  it.each(SAME)('say the same: %j and %j', (a, b) => {
    expect(isSameValue(a, b)).toBe(true);
    expect(isSameValue(b, a)).toBe(true);
  });

  it.each(DIFFERENT)('say different things: %j and %j', (a, b) => {
    expect(isSameValue(a, b)).toBe(false);
    expect(isSameValue(b, a)).toBe(false);
  });

  it('say the same whichever way JavaScript writes their number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(isSameValue(String(value), value.toExponential())).toBe(true);
      }),
    );
  });

  it('have one spelling, which has the same value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...SAME.flat())), (cell) => {
        const value = cellValue(cell);

        expect(value === undefined ? undefined : cellValue(value)).toBe(value);
      }),
    );
  });
});

describe('a cell', () => {
  it.each(MISSING)('has no value, which is not even the same as no value: %j', (cell) => {
    expect(cellValue(cell)).toBeUndefined();
    expect(isSameValue(cell, cell)).toBe(false);
    expect(spelling(cell)).toBe(cell);
  });

  it.each([
    ['1.0', '1'],
    ['1200', '1200'],
    ['1.5E-3', '0.0015'],
    ['-12.50', '-12.5'],
    ['1e300', '1e300'],
    ['120e-300', '12e-299'],
    ['TRUE', 'true'],
    [' white ', 'white'],
    ['White', 'White'],
    ['inf', 'Infinity'],
  ])('%j is shown as %j', (cell, shown) => {
    expect(spelling(cell)).toBe(shown);
  });
});

describe('two groups', () => {
  const key = (attribute: string, value: string) => groupKey({ attribute, value });

  it.each([
    [key('grp', '1'), key('grp', '1.0')],
    [key('Sex', 'f'), key('sex', 'f')],
    [key('race × sex', 'black × 1'), key('sex × race', '1.0 × black')],
    [key('race', 'a × b'), key('race', 'a × b')],
  ])('are the same people, however they are spelt: %s', (a, b) => {
    expect(a).toBe(b);
  });

  it.each([
    [key('race', '1'), key('sex', '1')],
    [key('race × sex', 'a × b'), key('race × sex', 'b × a')],
    [key('race', 'a × b'), key('race', 'b × a')],
    [key('race × sex', 'a × b × c'), key('race × sex', 'a × b')],
  ])('are not: %s and %s', (a, b) => {
    expect(a).not.toBe(b);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, millisecondsOf, plusMilliseconds } from '../../lib/domain/instant.ts';

const START = Instant.parse('2026-11-21T09:00:00.000Z');

describe('an instant', () => {
  it.each([
    [0, '2026-11-21T09:00:00.000Z'],
    [1, '2026-11-21T09:00:00.001Z'],
    [HOUR_MS, '2026-11-21T10:00:00.000Z'],
    [DAY_MS, '2026-11-22T09:00:00.000Z'],
    [90 * DAY_MS, '2027-02-19T09:00:00.000Z'],
    [-DAY_MS, '2026-11-20T09:00:00.000Z'],
  ])('and %i milliseconds is %s', (milliseconds, expected) => {
    expect(plusMilliseconds(START, milliseconds)).toBe(expected);
  });

  it('is as far from another as was added', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e13 }), (milliseconds) => {
        expect(millisecondsOf(plusMilliseconds(START, milliseconds)) - millisecondsOf(START)).toBe(milliseconds);
      }),
    );
  });

  it('outside of the calendar is a fault', () => {
    expect(() => plusMilliseconds(START, 1e15)).toThrow();
    expect(() => plusMilliseconds(START, Number.NaN)).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { wholeNumber, wholeNumberIn, wholeSetting } from '../../lib/domain/whole-number.ts';

const bounds = { min: 1, max: 100 };

describe('a whole number', () => {
  it.each([
    ['1', 1],
    ['10', 10],
    ['100', 100],
  ])('is %s', (text, number) => {
    expect(wholeNumberIn(text, bounds)).toBe(number);
    expect(wholeNumber(bounds).parse(text)).toBe(number);
  });

  it.each([
    '',
    ' ',
    '0',
    '101',
    '1e1',
    '0x10',
    '0b1',
    '+1',
    '-1',
    '1.0',
    '1.5',
    '01',
    ' 1',
    '1 ',
    '1_0',
    '١',
    'NaN',
    'Infinity',
    '9'.repeat(400),
  ])('is not %j', (text) => {
    expect(wholeNumberIn(text, bounds)).toBeUndefined();
    expect(wholeNumber(bounds).safeParse(text).success).toBe(false);
  });

  it('may be 0 where that is within its bounds, and is no number that was not written', () => {
    expect(wholeNumberIn('0', { min: 0, max: 1 })).toBe(0);
    expect(wholeNumber(bounds).safeParse(5).success).toBe(false);
    expect(wholeNumber(bounds).safeParse('1e1').error?.issues[0]?.message).toBe('must be a whole number in digits');
  });

  it('is a number or its digits as a setting, and nothing else', () => {
    const setting = wholeSetting(bounds);

    expect([setting.parse(7), setting.parse('7')]).toEqual([7, 7]);
    for (const given of [1.5, 101, '1e1', true, null, undefined, [5], ['5'], {}])
      expect(setting.safeParse(given).success).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laidOut } from '../../../lib/web/approval/laid-out.ts';

describe('JSON in one line', () => {
  it('is laid out, a value to a line', () => {
    expect(laidOut('{"a":[1,{}, []],"b":"x, {y}"}')).toBe(
      ['{', '  "a": [', '    1,', '    {},', '    []', '  ],', '  "b": "x, {y}"', '}'].join('\n'),
    );
  });

  it('stays what was signed: numbers, escapes and repeated keys', () => {
    expect(laidOut('{"a":1.0e+2,"a":"\\u0041  \\" ]"}')).toBe('{\n  "a": 1.0e+2,\n  "a": "\\u0041  \\" ]"\n}');
  });

  it('says the same afterwards, whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const text = JSON.stringify(value);
        const laid = laidOut(text) ?? '';
        return JSON.stringify(JSON.parse(laid)) === text && laid.replaceAll(/\s/g, '') === text.replaceAll(/\s/g, '');
      }),
    );
  });

  it.each(['{\n"a":1}', '[1', 'a: 1', '"text"', ''])('is nothing else: %j', (text) => {
    expect(laidOut(text)).toBeUndefined();
  });

  it('takes no time to speak of, however deep or long it is', () => {
    expect(laidOut('['.repeat(5000) + ']'.repeat(5000))?.length).toBeLessThan(300_000);
    expect(laidOut(JSON.stringify(['\\"'.repeat(250_000)]))).toContain('\\"');
  });
});

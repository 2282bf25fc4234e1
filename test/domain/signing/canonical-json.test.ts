import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CanonicalValue,
  canonicalJson,
  canonicalSha256,
  sha256,
} from '../../../lib/domain/signing/canonical-json.ts';

const textOf = (value: unknown): string => Buffer.from(canonicalJson(value as CanonicalValue)).toString('utf8');

/** RFC 8785 for what we allow, implemented independently in a few lines: keys in the order of their UTF-16 units. */
const reference = (value: CanonicalValue): string => {
  if (Array.isArray(value)) return `[${value.map(reference).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${reference(item)}`).join(',')}}`;
};

const text = fc.string({ unit: 'grapheme' });
const { value: canonicalValue } = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('canonical JSON (RFC 8785)', () => {
  const cases: { name: string; value: unknown; canonical: string }[] = JSON.parse(
    readFileSync(new URL('../../vectors/rfc8785.json', import.meta.url), 'utf8'),
  );

  it.each(cases)('writes $name as the specification does', ({ value, canonical }) => {
    expect(textOf(value)).toBe(canonical);
  });

  it('sorts keys by UTF-16 units, not by code points', () => {
    // U+1F600 begins with the unit D83D, which comes before FB33 though the code point comes after.
    expect(textOf({ '\ufb33': 1, '\u{1f600}': 2, a: 3 })).toBe('{"a":3,"\u{1f600}":2,"\ufb33":1}');
  });

  it('agrees with an independent implementation', () => {
    fc.assert(
      fc.property(canonicalValue, (value) => {
        expect(textOf(value)).toBe(reference(value));
      }),
    );
  });

  it('reads back as what was written', () => {
    fc.assert(
      fc.property(canonicalValue, (value) => {
        // JSON has one zero.
        expect(JSON.parse(textOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(text, fc.integer(), { noNullPrototype: true }), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).toReversed());

        expect(textOf(backwards)).toBe(textOf(value));
      }),
    );
  });

  it('has one digest for one value', () => {
    expect(canonicalSha256({ b: 1, a: 'ü' })).toBe(createHash('sha256').update('{"a":"ü","b":1}').digest('hex'));
    expect(canonicalSha256({ a: 'ü', b: 1 })).not.toBe(canonicalSha256({ a: 'u', b: 1 }));
  });
});

describe('what canonical JSON refuses', () => {
  it.each([
    ['a fraction', { share: 0.1 }, '$.share'],
    ['an integer that is not exact', [2 ** 53], '$[0]'],
    ['NaN', Number.NaN, '$'],
    ['infinity', { a: [1, Number.POSITIVE_INFINITY] }, '$.a[1]'],
    ['undefined', { a: undefined }, '$.a'],
    ['null', { a: { b: null } }, '$.a.b'],
    ['a lone surrogate', { a: 'x\ud800' }, '$.a'],
    ['a lone surrogate in a key', { '\udc00': 1 }, '$ key'],
    ['a big integer', 1n, '$'],
    ['a date', new Date(0), '$'],
    ['a map', new Map(), '$'],
    ['bytes', Uint8Array.of(1), '$'],
    ['a function', { a: () => 1 }, '$.a'],
  ])('is %s, and it says where', (_, value, path) => {
    expect(() => textOf(value)).toThrow(`could not canonicalise ${path}: `);
  });

  it('is a fault of ours and never a fraction that was rounded', () => {
    fc.assert(
      fc.property(
        fc.double().filter((number) => !Number.isSafeInteger(number)),
        (number) => {
          expect(() => textOf({ number })).toThrow('could not canonicalise $.number');
        },
      ),
    );
  });
});

describe('SHA-256', () => {
  it('is that of text and of its bytes', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(Buffer.from('abc'))).toBe(sha256('abc'));
  });
});

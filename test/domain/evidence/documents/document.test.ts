import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseDocument, readDocument, recordByName } from '../../../../lib/domain/evidence/documents/document.ts';
import { Refusal } from '../../../../lib/domain/refusal.ts';
import { processorTime } from '../../../support/processor-time.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseDocument(bytes(text), 1_000_000);

const refusalOf = (act: () => unknown): Refusal => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
};

describe('a document', () => {
  it('is YAML', () => {
    expect(parse('# a card\nname: credit\nuses: [a, "b"]\nmetrics:\n  auc: 0.83\n  rows: 10\nok: true\n')).toEqual({
      name: 'credit',
      uses: ['a', 'b'],
      metrics: { auc: 0.83, rows: 10 },
      ok: true,
    });
  });

  it('is JSON too, indented as anybody likes', () => {
    const value = { a: [1, -2.5e-3, 'ü "quoted" \u2028 😀', { b: false }], '': 'x', 'a b': {} };
    for (const indent of ['', ' ', '\t', '    ']) expect(parse(JSON.stringify(value, null, indent))).toEqual(value);
  });

  it('is read as JSON.parse reads it, whatever JSON it is', () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }),
    );
    const key = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .filter((name) => name !== '__proto__' && name !== 'constructor' && !name.includes('\0'));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('tree'), { maxLength: 5 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps words that other YAML takes for something else', () => {
    expect(parse('a: yes\nb: 2026-04-10\nc: 2.1.0\nd: 012\ne: <<\nf: =')).toEqual({
      a: 'yes',
      b: '2026-04-10',
      c: '2.1.0',
      d: 12,
      e: '<<',
      f: '=',
    });
  });

  it('has no key where there is no value', () => {
    expect(parse('a:\nb: ~\nc: null\nd: {e: null}\nf: ""')).toEqual({ d: {}, f: '' });
  });

  it('may repeat itself with aliases, a little', () => {
    expect(parse('a: &x {b: 1}\nc: *x')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });
});

describe('a hostile document is refused', () => {
  const nested = (open: string, close: string, times: number) => `${open.repeat(times)}${close.repeat(times)}`;
  it.each([
    ['nothing', '', 'document', 'is empty'],
    ['a comment only', '# nothing', 'document', 'is empty'],
    ['two documents', 'a: 1\n---\nb: 2', 'line 2', 'begins a second document'],
    ['broken syntax', 'a: [1\nb: 2', 'line 2', ''],
    ['a key twice', 'a:\n  b: 1\n  b: 2', 'a.b', 'appears twice'],
    ['a key twice in JSON', '{"a": 1, "\\u0061": 2}', 'a', 'appears twice'],
    ['__proto__', '{"__proto__": {"isAdmin": true}}', 'document', 'reserved key __proto__'],
    ['constructor', 'a: {constructor: 1}', 'a', 'reserved key constructor'],
    ['a key that is a number', 'a: {1: x}', 'a', 'a key that is not text'],
    ['a key that is a list', '? [a]\n: b', 'document', 'a key that is not text'],
    ['infinity', 'a: .inf', 'a', 'is not a finite number'],
    ['not a number', 'a: [-.inf, .nan]', 'a.0', 'is not a finite number'],
    ['a number beyond numbers', 'a: 1e999', 'a', 'is not a finite number'],
    ['half a surrogate pair', '{"a": "\\ud800"}', 'a', 'half a surrogate pair'],
    ['half a surrogate pair in a key', '{"\\udc00": 1}', 'document', 'half a surrogate pair'],
    ['a null character', '{"a": ["x\\u0000y"]}', 'a.0', 'has a null character'],
    ['a null character in a key', 'a: {"b\\0": 1}', 'a', 'has a key with a null character'],
    ['a null byte', 'a: x\0y', 'document', 'has null bytes'],
    ['a tag', 'a: !!js/function "x"', 'line 1', 'tag'],
    ['a tag of old YAML', '%YAML 1.1\n---\na: !!binary "AAAA"', 'line 3', 'tag'],
    ['an alias to nothing', 'a: *b', 'a', 'is an alias to b, which does not exist'],
    ['an alias to itself', 'a: &a [*a]', 'a.0', 'more than 10 aliases'],
    [
      'aliases that grow',
      'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ne: [*d,*d]',
      'd',
      'more than 10 aliases',
    ],
    ['a deep list', nested('[', ']', 33), '0.0.0', 'deeper than 32'],
    ['a deep map', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, 'a.a.a', 'deeper than 32'],
    ['a very deep list', nested('[', ']', 400_000), 'document', 'more than 100000 tokens'],
    ['half a megabyte of commas', `[${','.repeat(500_000)}]`, 'document', 'more than 100000 tokens'],
    ['a list in a list in a list without end', '- '.repeat(40_000), 'line 1', 'deeper than 32'],
    ['lists deeper than the stack', nested('[', ']', 30_000), 'line 1', 'deeper than 32'],
    ['maps deeper than the stack', `${'{"a":'.repeat(20_000)}`, 'line 1', 'deeper than 32'],
    ['keys deeper than the stack', '? '.repeat(40_000), 'line 1', 'deeper than 32'],
  ])('%s', (_, text, field, problem) => {
    const refusal = refusalOf(() => parse(text));

    expect(refusal).toMatchObject({ name: 'EvidenceUnreadable' });
    expect(refusal.violations[0]?.field).toContain(field);
    expect(refusal.violations[0]?.problem.toLowerCase()).toContain(problem.toLowerCase());
    expect(refusal.violations.length).toBeLessThanOrEqual(10);
  });

  it('when it is a byte too long', () => {
    expect(parseDocument(bytes('a: b'), 4)).toEqual({ a: 'b' });

    expect(refusalOf(() => parseDocument(bytes('a: bc'), 4)).violations).toEqual([
      { field: 'document', problem: 'is 5 bytes; at most 4 are read' },
    ]);
  });

  it('when it is not UTF-8', () => {
    const refusal = refusalOf(() => parseDocument(Uint8Array.of(0x61, 0x3a, 0x20, 0xff), 100));

    expect(refusal.violations).toEqual([{ field: 'document', problem: 'is not UTF-8' }]);
  });

  it.each([
    ['with a byte order mark', '\ufeff{"a": 1}'],
    ['without one', '{"a": 1}'],
  ])('when it is UTF-16 %s', (_, text) => {
    const refusal = refusalOf(() => parseDocument(Buffer.from(text, 'utf16le'), 100));

    expect(refusal.violations[0]?.problem).toContain('write it as UTF-8, not as UTF-16');
  });

  it('under the code of its reader', () => {
    expect(refusalOf(() => parseDocument(bytes('a: [1'), 100, 'PolicyInvalid')).code).toBe('PolicyInvalid');
  });

  it('in a bounded time: many keys are compared once each', () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join('\n');

    expect(Object.keys(parse(text) as object)).toHaveLength(10_000); // the document is a map
  });

  it('in a bounded time: a megabyte of errors is not a megabyte of stack traces', () => {
    const limit = Error.stackTraceLimit;
    const elapsedMs = processorTime();

    const refusal = refusalOf(() => parseDocument(bytes(`a: "${'\\x'.repeat(500_000)}"`), 2_000_000));

    expect(refusal.violations).toHaveLength(10);
    expect(elapsedMs()).toBeLessThan(8000); // 20 s and more with stack traces
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('or read, and nothing else happens, whatever the bytes are', () => {
    const piece = fc.constantFrom(
      'a',
      '- ',
      ': ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\n',
      '  ',
      '"',
      "'",
      '&a ',
      '*a',
      '!t ',
      '| ',
      '> ',
      '#',
      '%',
      '? ',
      '---\n',
      '\\u',
      '.inf',
      '0x1',
      '\0',
      '\u2028',
      '@',
      '`',
    );
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(piece, { maxLength: 60 }).map((pieces) => bytes(pieces.join(''))),
    );
    fc.assert(
      fc.property(hostile, (input) => {
        try {
          parseDocument(input, 10_000);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal);
        }
        expect(Object.prototype).not.toHaveProperty('a');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('reading a document as something', () => {
  it('names every field at fault', () => {
    const shape = z.object({ name: z.string(), rows: z.array(z.int()) });

    const refusal = refusalOf(() => readDocument(shape, bytes('rows: [1, x]'), 100, 'list'));

    expect(refusal.message).toContain('could not read the list: name is missing; rows.1');
    expect(refusal.violations).toEqual([
      { field: 'name', problem: 'is missing' },
      { field: 'rows.1', problem: 'must be a number, not text' },
    ]);
  });

  it('calls a document that is no map at all by that name', () => {
    expect(refusalOf(() => readDocument(z.object({}), bytes('[]'), 100, 'list')).violations[0]?.field).toBe('document');
  });
});

describe('a record by names that were values', () => {
  const record = (...keys: string[]) =>
    recordByName(
      'list',
      keys.map((key, index) => ({ field: `items.${index}`, key, value: index })),
    );

  it('has each under its name', () => {
    expect(record('a', 'toString')).toEqual({ a: 0, toString: 1 });
  });

  it.each([
    [['a', 'a'], { field: 'items.1', problem: 'gives a twice' }],
    [['__proto__'], { field: 'items.0', problem: 'has the reserved name __proto__' }],
    [['constructor'], { field: 'items.0', problem: 'has the reserved name constructor' }],
  ])('is refused for names that no key could have: %j', (keys, fault) => {
    expect(refusalOf(() => record(...keys)).violations).toEqual([fault]);
  });
});

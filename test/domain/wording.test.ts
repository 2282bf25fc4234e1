import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument as parseYaml } from 'yaml';
import * as z from 'zod';
import { IN_OUR_WORDS, wordIssues, wordYamlFault } from '../../lib/domain/wording.ts';

const said = (schema: z.ZodType, value: unknown): string => {
  const { error } = schema.safeParse(value, IN_OUR_WORDS);
  return error === undefined ? 'nothing' : wordIssues(error);
};

const Fruit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('apple') }),
  z.object({ kind: z.literal('pear') }),
]);

/** Every code of zod, with each kind of value that our schemas have under it. */
const ISSUES: readonly [z.core.$ZodIssue['code'], z.ZodType, unknown, string][] = [
  ['invalid_type', z.string(), 7, 'must be text, not a number'],
  ['invalid_type', z.number(), 'seven', 'must be a number, not text'],
  ['invalid_type', z.number(), null, 'must be a number, not null'],
  ['invalid_type', z.number(), Number.NaN, 'must be a number'],
  ['invalid_type', z.int(), 1.5, 'must be a whole number of at most 9007199254740991, not a number'],
  ['invalid_type', z.bigint(), 'x', 'must be a whole number, not text'],
  ['invalid_type', z.boolean(), ['x'], 'must be true or false, not a list'],
  ['invalid_type', z.array(z.string()), {}, 'must be a list, not a map'],
  ['invalid_type', z.tuple([z.string()]), true, 'must be a list, not true or false'],
  ['invalid_type', z.object({}), 1n, 'must be a map, not a whole number'],
  ['invalid_type', z.record(z.string(), z.string()), 'x', 'must be a map, not text'],
  ['invalid_type', z.object({ a: z.never() }), { a: 1 }, 'a must be left out, not a number'],
  ['invalid_type', z.date(), 'x', 'must be of another kind, not text'],
  ['invalid_type', z.instanceof(Uint8Array), () => 1, 'must be of another kind, not of another kind'],
  ['invalid_type', z.object({ a: z.object({ b: z.string() }) }), { a: {} }, 'a.b is missing'],
  ['invalid_value', z.object({ mode: z.enum(['warn', 'enforce']) }), {}, 'mode is missing'],
  ['too_small', z.number().min(1), 0, 'must be at least 1'],
  ['too_small', z.number().positive(), 0, 'must be more than 0'],
  ['too_small', z.bigint().min(5n), 4n, 'must be at least 5'],
  ['too_small', z.string().min(1), '', 'is empty'],
  ['too_small', z.string().min(3), 'ab', 'must have at least 3 characters'],
  ['too_small', z.string().length(3), 'ab', 'must have exactly 3 characters'],
  ['too_small', z.array(z.string()).min(1), [], 'is empty'],
  ['too_small', z.tuple([z.string()]), [], 'is empty'],
  ['too_small', z.set(z.string()).min(2), new Set(), 'must have at least 2 entries'],
  ['too_small', z.map(z.string(), z.string()).min(2), new Map(), 'must have at least 2 entries'],
  ['too_big', z.number().max(1), 2, 'must be at most 1'],
  ['too_big', z.number().lt(1), 1, 'must be less than 1'],
  ['too_big', z.int(), 2 ** 60, 'must be at most 9007199254740991'],
  ['too_big', z.string().max(1), 'ab', 'must have at most 1 characters'],
  ['too_big', z.string().length(1), 'ab', 'must have exactly 1 characters'],
  ['too_big', z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entries'],
  ['invalid_format', z.string().regex(/^a$/), 'b', 'must match /^a$/'],
  ['invalid_format', z.string().startsWith('s3://'), 'b', 'must begin with s3://'],
  ['invalid_format', z.string().endsWith('.gz'), 'b', 'is not written as it must be here'],
  ['invalid_format', z.url(), 'b', 'is not a URL'],
  ['invalid_format', z.email(), 'b', 'is not an e-mail address'],
  ['invalid_format', z.base64(), '*', 'is not base64'],
  ['invalid_format', z.iso.date(), '2026-02-30', 'is not a date of the calendar such as 2026-11-28'],
  ['invalid_format', z.iso.datetime(), 'b', 'is not a time such as 2026-11-28T09:30:00Z'],
  ['not_multiple_of', z.number().multipleOf(5), 7, 'must be a multiple of 5'],
  ['unrecognized_keys', z.strictObject({}), { a: 1, b: 2 }, 'has what is not known here: a, b'],
  ['invalid_value', z.literal('a'), 'b', 'must be a'],
  ['invalid_value', z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  ['invalid_value', z.enum('abcdefghijklmnopq'.split('')), 'z', 'is none of what is accepted here'],
  ['invalid_union', z.union([z.string(), z.number()]), true, 'is none of what is accepted here'],
  ['invalid_union', Fruit, { kind: 'plum' }, 'kind must be one of apple, pear'],
  ['invalid_union', z.xor([z.string(), z.string().min(1)]), 'x', 'is none of what is accepted here'],
  ['invalid_key', z.record(z.string().max(1), z.number()), { ab: 1 }, 'ab has a key that is not accepted here'],
  [
    'invalid_element',
    z.map(z.instanceof(Date), z.number()),
    new Map([[new Date(0), 'x']]),
    'has a value that is not accepted here',
  ],
  ['custom', z.string().refine(() => false), 'x', 'has a value that is not accepted here'],
];

describe('what zod finds wrong', () => {
  it.each(ISSUES)('is worded by us: %s', (code, schema, value, words) => {
    expect(schema.safeParse(value).error?.issues[0]?.code).toBe(code);
    expect(said(schema, value)).toBe(words);
  });

  it('has no code that we have no words for', () => {
    const codes = readFileSync('node_modules/zod/v4/core/errors.d.ts', 'utf8').matchAll(/readonly code: "(\w+)"/g);

    expect(new Set(ISSUES.map(([code]) => code))).toEqual(new Set([...codes].map(([, code]) => code)));
  });

  it('is said as the schema says it, where the schema says it', () => {
    expect(said(z.string().regex(/^a$/, 'must be the letter a'), 'b')).toBe('must be the letter a');
  });

  it('does not repeat what could be of any length', () => {
    expect(said(z.strictObject({}), { ['k'.repeat(1000)]: 1 }).length).toBeLessThan(120);
  });
});

describe('what the parser of YAML finds wrong', () => {
  it.each([
    'a: &x *y',
    'a: *',
    '%x y\n---\n',
    '"\\y"',
    '[\na,\n b]\n: 1\n',
    'a: @x',
    'a: - x',
    'a: b: c',
    '[a',
    '{a: 1',
    '"a',
    'a\nb: 1',
    'a: &x &y 1',
    'a: !!str !!int 1',
    'a:\n\tb: 1',
    'a: !x 1',
    `${'k'.repeat(1100)}: 1`,
  ])('is worded by us: %j', (text) => {
    const { errors, warnings } = parseYaml(text, { prettyErrors: false });

    expect([...errors, ...warnings].length).toBeGreaterThan(0);
    for (const { code, message } of [...errors, ...warnings]) {
      expect(wordYamlFault(code)).not.toBe(message);
      expect(wordYamlFault(code)).not.toBe('cannot be read as YAML');
    }
  });

  it('has no code that we have no words for, but what cannot happen', () => {
    const [, union = ''] =
      /type ErrorCode = ([^;]+);/.exec(readFileSync('node_modules/yaml/dist/errors.d.ts', 'utf8')) ?? [];
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => String(code));

    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => wordYamlFault(code) === 'cannot be read as YAML')).toEqual([
      'IMPOSSIBLE',
      'RESOURCE_EXHAUSTION',
    ]);
  });
});

/** The rooms whose messages people read. The emulator of SageMaker in `local` speaks to machines. */
const ROOMS = ['bin', 'lambdas', 'lib'];
const sources = ROOMS.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(room, file)),
);

describe('no file', () => {
  it('lets zod word a problem', () => {
    expect(sources.filter((file) => /prettifyError|formatError|treeifyError/.test(readFileSync(file, 'utf8')))).toEqual(
      [],
    );
  });

  it('shows the issues of a schema that did not parse in our words', () => {
    const showing = sources.filter((file) => {
      // Whether there are issues may be asked anywhere.
      const text = readFileSync(file, 'utf8').replaceAll('soundness(context.issues)', '');
      return /\.issues\b/.test(text) && /\bmessage\b/.test(text) && !/wording\.ts'/.test(text);
    });

    expect(showing).toEqual([]);
  });
});

/** One table in three formats, packed or not: each rule of docs/formats/predictions.md, over all of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { countOutcomes, describeParquet } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { comparePerturbed } from '../../../lib/adapters/counting/duckdb-safety-counts.ts';
import type { OutcomeCounts } from '../../../lib/domain/evidence/predictions/predictions.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
afterAll(() => {
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['grp'],
};

const aFile = (content: string | Uint8Array, name = 'table'): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const aParquet = async (select: string, name = 'table.parquet'): Promise<string> => {
  const file = join(folder, name);
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  return file;
};

const FORMATS = ['CSV', 'CSV in gzip', 'JSON lines', 'JSON lines in gzip', 'Parquet'] as const;
type Table = { readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] };

/** The same table in a format. A mark comes first, where the format is a text. */
const inFormat = async (
  format: (typeof FORMATS)[number],
  { names, rows }: Table,
  mark: string | Buffer = '',
): Promise<string> => {
  if (format === 'Parquet') {
    const literal = (cell: string | null) => (cell === null ? 'NULL' : `'${cell}'`);
    const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
    return aParquet(`SELECT * FROM (VALUES ${values}) AS t(${names.map((name) => `"${name}"`).join(', ')})`);
  }
  const lines = format.startsWith('CSV')
    ? [names, ...rows].map((row) => row.join(','))
    : rows.map((row) => JSON.stringify(Object.fromEntries(row.map((cell, index) => [names[index], cell]))));
  const content = Buffer.concat([Buffer.from(mark), Buffer.from(`${lines.join('\n')}\n`)]);
  return aFile(format.endsWith('gzip') ? gzipSync(content) : content);
};

const problemOf = async (file: string): Promise<string> => {
  const thrown: unknown = await countOutcomes(file, QUESTION).catch((cause: unknown) => cause);
  if (!(thrown instanceof Refusal)) throw new Error(`not refused: ${String(thrown)}`);
  return thrown.violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
};

const groupsOf = ({ groups }: OutcomeCounts) => groups.map(({ value, count, favorable }) => [value, count, favorable]);
const ROWS = [
  ['1', '1', 'a'],
  ['0', '0', 'b'],
];
const COUNTED = [
  ['a', 1, 1],
  ['b', 1, 0],
];

describe.each(FORMATS)('a table in %s', (format) => {
  it('is read whatever the letter case of its columns', async () => {
    const file = await inFormat(format, { names: ['LABEL', 'Prediction', 'GRP'], rows: ROWS });

    expect(groupsOf(await countOutcomes(file, QUESTION))).toEqual(COUNTED);
  });

  it('says of which types its columns are, under the names that are asked for', async () => {
    const file = await inFormat(format, {
      names: ['LABEL', 'Prediction', 'GRP', 'other'],
      rows: ROWS.map((row) => [...row, 'x']),
    });

    const { schema } = await countOutcomes(file, QUESTION);

    const of = { CSV: 'text', 'JSON lines': 'JSON value', Parquet: 'string' };
    const name = format.replace(' in gzip', '') as keyof typeof of; // one of the formats above
    expect(schema?.format).toBe(name);
    expect(schema?.columns.toSorted((one, next) => (one.name < next.name ? -1 : 1))).toEqual(
      ['grp', 'label', 'prediction'].map((column) => ({ name: column, type: of[name] })),
    );
  });

  it('has each column once only, whatever its letter case', async () => {
    const names = ['label', 'prediction', 'grp', 'GRP'];
    const rows = ROWS.map((row) => [...row, 'c']);
    // DuckDB writes no such Parquet; hostile-predictions.test.ts has one.
    if (format === 'Parquet') return;

    expect(await problemOf(await inFormat(format, { names, rows }))).toMatch(
      /^predictions has column grp more than once/,
    );
  });

  it('is read with a byte order mark, and refused by name in another encoding', async () => {
    // Parquet is no text.
    if (format === 'Parquet') return;
    const table = { names: ['label', 'prediction', 'grp'], rows: ROWS };

    expect(groupsOf(await countOutcomes(await inFormat(format, table, '\ufeff'), QUESTION))).toEqual(COUNTED);
    expect(await problemOf(await inFormat(format, table, Buffer.of(0xff, 0xfe)))).toBe(
      'predictions.uri is UTF-16: write it as UTF-8',
    );
  });

  it('lacks a value where a cell says so', async () => {
    const missing = [null, '', ' ', 'NaN', 'null', 'None', '<NA>'];
    const rows = [...ROWS, ...missing.map((cell) => ['1', '1', cell])];

    const counts = await countOutcomes(
      await inFormat(format, { names: ['label', 'prediction', 'grp'], rows }),
      QUESTION,
    );

    expect(groupsOf(counts)).toEqual(COUNTED);
    expect(counts.missing.attributes).toEqual({ grp: missing.length });
  });

  it('has one value for each spelling of it', async () => {
    const rows = [
      ['1', 'true', '1'],
      ['1.0', 'True', '1.0'],
      ['1e0', 'false', ' 1 '],
      ['0', 'FALSE', '01'],
    ];

    const counts = await countOutcomes(await inFormat(format, { names: ['label', 'prediction', 'grp'], rows }), {
      ...QUESTION,
      favorable_value: 'TRUE',
    });

    expect(groupsOf(counts)).toEqual([['1', 4, 2]]);
    expect(counts.otherValues).toEqual({ predictions: 1, labels: 2 });
  });

  it('names every column that it lacks', async () => {
    const rows = ROWS.map(([label]) => [String(label)]);

    expect(await problemOf(await inFormat(format, { names: ['label'], rows }))).toBe(
      ['prediction', 'grp']
        .map((name) => `predictions lacks column ${name} (read as ${format.replace(' in gzip', '')})`)
        .join('; '),
    );
  });
});

/** DuckDB has columns of its own for a file, and further names for columns of one name. */
const OF_THE_ENGINE = ['filename', 'file_row_number', 'file_index', 'rowid'];
describe.each(FORMATS)('%s with a name that only the engine knows', (format) => {
  it.each(OF_THE_ENGINE)('lacks %s', async (name) => {
    const names = ['label', 'prediction', 'grp'];
    const file = await inFormat(format, { names, rows: ROWS });

    await expect(countOutcomes(file, { ...QUESTION, protected_attributes: [name] })).rejects.toThrow(
      `lacks column ${name}`,
    );
  });
});

it('CSV lacks a name that the engine gives to the second of two columns', async () => {
  const file = aFile('label,prediction,grp,grp\n1,1,a,b\n');

  await expect(countOutcomes(file, { ...QUESTION, protected_attributes: ['grp_1'] })).rejects.toThrow(
    'lacks column grp_1',
  );
});

describe('JSON lines', () => {
  const problem = async (...lines: string[]) => problemOf(aFile(lines.join('\n')));

  it('have keys of one letter case from the first line to the last', async () => {
    const lines = ['{"label":1,"prediction":1,"grp":"a"}', '{"label":0,"prediction":0,"Grp":"b"}'];

    expect(await problem(...lines)).toMatch(
      /^predictions has column grp more than once, as (grp and Grp|Grp and grp) \(read as JSON lines\)$/,
    );
  });

  it.each([
    ['an object', '{"a":1}'],
    ['a list', '["a"]'],
  ])('have no cell that is %s', async (_, cell) => {
    for (const mark of ['', '\ufeff']) {
      expect(await problem(`${mark}{"label":1,"prediction":1,"grp":${cell}}`)).toBe(
        'predictions.uri has an object or a list in column grp: write a text, a number or a boolean',
      );
    }
  });

  it('take a text that looks like a list for a text, as bands are written', async () => {
    const file = aFile('{"label":1,"prediction":1,"grp":"[25, 35)"}\n{"label":true,"prediction":1.0,"grp":25}\n');

    expect(groupsOf(await countOutcomes(file, QUESTION))).toEqual([
      ['25', 1, 1],
      ['[25, 35)', 1, 1],
    ]);
  });

  it('are lines, and no array', async () => {
    expect(await problem('[{"label":1}]')).toBe('predictions.uri is a JSON array: write one JSON object per line');
  });

  it('with a byte order mark are checked as those without', async () => {
    expect(await problem('\ufeff{"label":1,"prediction":1,"grp":"a"}', 'Jane Roe')).toBe(
      'predictions.uri is not a readable JSON lines table: expected one JSON object per line, UTF-8',
    );
  });
});

describe('a column of Parquet', () => {
  const ONE = '1 AS label, 1 AS prediction';
  const vector = (name: string) => new URL(`../../vectors/tables/${name}.parquet`, import.meta.url).pathname;

  it('may be of each type that both engines read alike', async () => {
    const types: [string, string, string][] = [
      ['true', 'boolean', 'true'],
      ['1::TINYINT', 'tinyint', '1'],
      ['1::SMALLINT', 'smallint', '1'],
      ['1::INTEGER', 'int', '1'],
      ['9007199254740993::BIGINT', 'bigint', '9007199254740993'],
      ['200::UTINYINT', 'int', '200'],
      ['40000::USMALLINT', 'int', '40000'],
      ['0.5::FLOAT', 'float', '0.5'],
      ['1::DOUBLE', 'double', '1'],
      ["'1.0'", 'string', '1'],
      ["DATE '2026-01-02'", 'date', '2026-01-02'],
      ['1.50::DECIMAL(9, 2)', 'decimal(9,2)', '1.5'],
      ['1.50::DECIMAL(18, 2)', 'decimal(18,2)', '1.5'],
      [`${'12345678'.repeat(4)}.78::DECIMAL(38, 2)`, 'decimal(38,2)', `${'12345678'.repeat(4)}.78`],
    ];
    const names = types.map((_, index) => `c${String(index).padStart(2, '0')}`);
    const columns = types.map(([expression], index) => `${expression} AS ${names[index]}`);
    const file = await aParquet(`SELECT ${ONE}, ${columns.join(', ')}`);

    const { groups } = await countOutcomes(file, { ...QUESTION, protected_attributes: names });

    expect(names.map((name) => groups.find(({ attribute }) => attribute === name)?.value)).toEqual(
      types.map(([, , value]) => value),
    );
    expect((await describeParquet({ file, columns: names, field: 'predictions' })).map(({ type }) => type)).toEqual(
      types.map(([, type]) => type),
    );
  });

  it('is refused by any other type, before anything is counted, in small files and large ones alike', async () => {
    const types: [string, string][] = [
      ['1::UINTEGER', 'INT32 UINT_32'],
      ['1::UBIGINT', 'INT64 UINT_64'],
      ["'a'::BLOB", 'BYTE_ARRAY'],
      ["TIMESTAMP '2026-01-02 03:04:05'", 'INT64 TIMESTAMP or TIMESTAMP_MICROS'],
      ["TIME '03:04:05'", 'INT64 TIME or TIME_MICROS'],
      ['uuid()', 'FIXED_LEN_BYTE_ARRAY UUID'],
      ["'{}'::JSON", 'BYTE_ARRAY JSON'],
      ['INTERVAL 1 DAY', 'FIXED_LEN_BYTE_ARRAY INTERVAL'],
      ['[1]', 'a list or a structure'],
      ["{'grp': 1}", 'a list or a structure'],
      ["map {'a': 1}", 'a list or a structure'],
    ];
    const names = types.map((_, index) => `c${String(index).padStart(2, '0')}`);
    const columns = types.map(([expression], index) => `${expression} AS C${names[index]?.slice(1)}`);
    const file = await aParquet(`SELECT ${ONE}, ${columns.join(', ')}`);

    const counted = countOutcomes(file, { ...QUESTION, protected_attributes: names });

    const violations = types.map(([, type], index) => ({
      field: 'predictions',
      problem: `has column ${names[index]} as ${type}: write it as text, a boolean, a signed number or a decimal of at most 38 digits`,
    }));
    await expect(counted).rejects.toMatchObject({ violations });
    await expect(describeParquet({ file, columns: names, field: 'predictions' })).rejects.toMatchObject({ violations });
  });

  it.each([
    ['decimal-40', 'FIXED_LEN_BYTE_ARRAY DECIMAL(40,2)'],
    ['half-float', 'FIXED_LEN_BYTE_ARRAY FLOAT16'],
    ['bytes', 'BYTE_ARRAY'],
    ['nothing', 'INT32 NULL'],
  ])('is refused by its type where pyarrow wrote %s', async (name, type) => {
    expect(await problemOf(vector(name))).toContain(`predictions has column grp as ${type}: write it as text`);
  });

  it('may be a dictionary, which is how pandas writes categories', async () => {
    expect(groupsOf(await countOutcomes(vector('dictionary'), QUESTION))).toEqual(COUNTED);
  });

  it('may number rows with large unsigned integers and UUIDs, which only DuckDB reads', async () => {
    const reference = { ...QUESTION, uri: 's3://models/predictions', columns: { row_id: 'id' } };
    for (const id of ["'018f3f3e-0000-7000-8000-000000000001'::UUID", '18446744073709551615::UBIGINT']) {
      const clean = await aParquet(`SELECT ${ONE}, ${id} AS id`, 'clean.parquet');
      const perturbed = await aParquet(`SELECT 1 AS prediction, CAST(${id} AS VARCHAR) AS id`, 'perturbed.parquet');

      expect(await comparePerturbed({ clean, perturbed }, reference)).toMatchObject({ compared: 1, flipped: 0 });
    }
  });
});

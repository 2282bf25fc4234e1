import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { askTable, countOutcomes } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { countNaively, type Row, withRoundSquares } from '../../domain/evidence/outcomes.ts';

const folder = mkdtempSync(join(tmpdir(), 'outcomes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const reference = (changes: object = {}) => ({
  uri: 's3://models/predictions.parquet',
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
  ...changes,
});

const aFile = (content: string | Uint8Array, name = 'table'): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const parquetOf = async (csv: string, name: string, options = 'COMPRESSION snappy'): Promise<string> => {
  const file = join(folder, name);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM read_csv('${aFile(csv, `${name}.csv`)}', header = true, all_varchar = true)) TO '${file}' (FORMAT parquet, ${options})`,
  );
  connection.closeSync();
  return file;
};

const sql = async (statement: string): Promise<void> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(statement);
  connection.closeSync();
};

const TABLE = fileURLToPath(new URL('../../vectors/fairness/predictions.csv', import.meta.url));
const tableRows = (): Row[] => {
  const [, ...lines] = readFileSync(TABLE, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [race, sex, label, prediction, weight] = line.split(',');
    return { values: [race, sex], label: label === '1', prediction: prediction === '1', weight };
  });
};

const refusalOf = async (file: string, changes: object = {}): Promise<Refusal> => {
  const thrown: unknown = await countOutcomes(file, reference(changes)).catch((cause: unknown) => cause);
  if (!(thrown instanceof Refusal)) throw new Error(`not refused: ${String(thrown)}`);
  return thrown;
};

const VALUES = ['black', 'white', 'a "quoted", one', "o'neill", 'ünï\u2028', '×'];
const someRows = fc.array(
  fc.record({
    label: fc.option(fc.boolean(), { nil: undefined }),
    prediction: fc.option(fc.boolean(), { nil: undefined }),
    values: fc.tuple(
      fc.option(fc.constantFrom(...VALUES), { nil: undefined }),
      fc.option(fc.constantFrom('f', 'm'), { nil: undefined }),
    ),
  }),
  { minLength: 1, maxLength: 60 },
);
// One complete row, because a column without any value is refused.
const COMPLETE = { label: true, prediction: false, values: ['black', 'f'] } as const;

const bit = (value: boolean | undefined) => (value === undefined ? '' : value ? '1' : '0');
const quoted = (value: string | undefined) => (value === undefined ? '' : `"${value.replaceAll('"', '""')}"`);
const csvOf = (rows: readonly Row[]) =>
  `id,race,sex,label,prediction\n${rows.map(({ values: [race, sex], label, prediction }, id) => [id, quoted(race), quoted(sex), bit(label), bit(prediction)].join(',')).join('\n')}\n`;
const number = (value: boolean | undefined) => (value === undefined ? null : Number(value));
const jsonLinesOf = (rows: readonly Row[]) =>
  rows
    .map(({ values: [race, sex], label, prediction }) => ({
      race,
      sex,
      label: number(label),
      prediction: number(prediction),
    }))
    .map((row) => JSON.stringify(row))
    .join('\n');

describe('counting outcomes', () => {
  it('agrees with a count row by row, from Parquet, CSV and JSON lines alike, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(someRows, async (some) => {
        const rows: Row[] = [COMPLETE, ...some];
        const files = [
          await parquetOf(csvOf(rows), 'a.parquet'),
          await parquetOf(csvOf(rows), 'b.parquet', 'COMPRESSION gzip'),
          aFile(csvOf(rows)),
          aFile(gzipSync(csvOf(rows)), 'packed'),
          aFile(jsonLinesOf(rows), 'lines'),
          aFile(gzipSync(jsonLinesOf(rows)), 'packed lines'),
        ];

        const counts = await Promise.all(files.map((file) => countOutcomes(file, reference())));

        const missing = (lacks: (row: Row) => boolean) => rows.filter(lacks).length;
        for (const counted of counts) {
          expect(counted.groups).toEqual(countNaively(rows, ['race', 'sex']));
          expect(counted.rows).toBe(rows.length);
          expect(counted.missing).toEqual({
            predictions: missing((row) => row.prediction === undefined),
            labels: missing((row) => row.label === undefined),
            attributes: {
              race: missing((row) => row.values[0] === undefined),
              sex: missing((row) => row.values[1] === undefined),
            },
          });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('agrees with the table that fairlearn measured', async () => {
    const unweighted = tableRows().map(({ weight: _, ...row }) => row);

    expect((await countOutcomes(TABLE, reference())).groups).toEqual(countNaively(unweighted, ['race', 'sex']));
    const weighted = await countOutcomes(TABLE, reference({ weight_column: 'weight' }));
    expect(withRoundSquares(weighted.groups)).toEqual(withRoundSquares(countNaively(tableRows(), ['race', 'sex'])));
  });

  it.each(['DOUBLE', 'VARCHAR', 'DECIMAL(9, 3)'])('sums weights in a column of %s exactly', async (type) => {
    const file = join(folder, 'weighed.parquet');
    await sql(
      `COPY (SELECT race, sex, label, prediction, CAST(weight AS ${type}) AS weight FROM read_csv('${TABLE}', types = {'weight': 'VARCHAR'})) TO '${file}' (FORMAT parquet)`,
    );

    const counts = await countOutcomes(file, reference({ weight_column: 'weight' }));

    expect(withRoundSquares(counts.groups)).toEqual(withRoundSquares(countNaively(tableRows(), ['race', 'sex'])));
  });

  it('squares weights of every magnitude, in whatever order the threads add them', async () => {
    const file = join(folder, 'magnitudes.parquet');
    const weight =
      'CAST(pow(10, CAST(hash(i) % 14 AS INTEGER) - 9) * (1 + hash(i + 1) % 1000 / 1000) AS DECIMAL(38, 18))';
    const row = `'a' AS race, 'f' AS sex, i % 2 AS label, i % 3 % 2 AS prediction, ${weight} AS weight`;
    await sql(`COPY (SELECT ${row} FROM range(60000) AS t(i)) TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);

    const squares = async () =>
      (await countOutcomes(file, reference({ weight_column: 'weight' }))).groups.map((group) => group.squares);
    const [first, ...others] = [await squares(), await squares(), await squares()];

    expect(others).toEqual([first, first]);
    const small = aFile(
      'race,sex,label,prediction,weight\na,f,1,1,0.0000001\na,f,1,1,0.0000002\nb,f,0,1,3e8\nb,f,0,1,0\n',
    );
    const { groups } = await countOutcomes(small, reference({ weight_column: 'weight' }));
    const [tiny, huge] = groups.map((group) => group.squares?.count ?? 0);
    expect((tiny ?? 0) / 5e-14).toBeCloseTo(1, 9);
    expect(huge).toBe(9e16);
  });

  it.each(['', 'nan', '-1', 'much', '1e10', 'inf'])('refuses a table in which a row weighs "%s"', async (weight) => {
    const file = aFile(`race,sex,label,prediction,weight\na,f,1,1,1.5\nb,f,1,1,${weight}\n`);

    const refusal = await refusalOf(file, { weight_column: 'weight' });

    expect(refusal.violations).toEqual([
      {
        field: 'predictions.weight_column',
        problem: 'has no weight between 0 and 1000000000 in column weight in 1 of 2 rows',
      },
    ]);
  });

  it('reads the example as it is shipped', async () => {
    const file = fileURLToPath(new URL('../../../examples/hmda-mortgage/1.1.0/predictions.parquet', import.meta.url));

    const counts = await countOutcomes(file, reference({ protected_attributes: ['race', 'marital_status'] }));

    expect(counts).toMatchObject({
      rows: 1190,
      missing: { predictions: 0, labels: 0 },
      otherValues: { predictions: 1, labels: 1 },
    });
  });

  it.each([
    ['1', 'CAST(x AS DOUBLE)', 2],
    ['1', 'x = 1', 0],
    ['True', 'x = 1', 2],
    ['1.0', 'CAST(x AS TINYINT)', 2],
    ['yes', "CASE x WHEN 1 THEN 'yes' ELSE 'no' END", 2],
    ['Yes', "CASE x WHEN 1 THEN 'yes' ELSE 'no' END", 0],
  ])(
    'takes the favorable value %s for what it means in a column of %s',
    async (favorable_value, expression, favorable) => {
      const file = join(folder, 'typed.parquet');
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      await connection.run(
        `COPY (SELECT 'a' AS race, 'f' AS sex, ${expression} AS label, ${expression} AS prediction FROM (VALUES (1), (0), (1)) AS t(x)) TO '${file}' (FORMAT parquet)`,
      );
      connection.closeSync();

      const counts = await countOutcomes(file, reference({ favorable_value }));

      expect(counts.groups[0]).toMatchObject({ count: 3, favorable, truePositive: favorable });
    },
  );

  it('takes NaN and blanks for missing', async () => {
    const file = aFile('race,sex,label,prediction\na,f,nan,1\nb, ,NaN,1\nb,f,1,1\n');

    expect(await countOutcomes(file, reference())).toMatchObject({
      rows: 3,
      missing: { labels: 2, attributes: { sex: 1 } },
    });
  });

  it('says how many values there are besides the favorable one', async () => {
    const file = aFile('race,sex,label,prediction\na,f,1,0.2\na,f,0,0.7\na,m,1,1\n');

    expect((await countOutcomes(file, reference())).otherValues).toEqual({ predictions: 2, labels: 1 });
  });

  it('reads a table with carriage returns, a byte order mark and line breaks in quotes', async () => {
    const file = aFile('\ufeffrace,sex,label,prediction\r\n"two\r\nlines",f,1,1\r\nb,m,0,1\r\n');

    expect((await countOutcomes(file, reference())).rows).toBe(2);
  });
});

describe('the engine', () => {
  // Otherwise it may answer with any row of a large CSV where the first one is asked for, which is the header.
  it('reads the rows of a file in their order', async () => {
    const settings = {
      columns: ['race'],
      statementOn: () => "SELECT current_setting('preserve_insertion_order') AS kept",
    };

    expect(await askTable(aFile('race\nblack\n'), settings)).toEqual([{ kept: true }]);
  });
});

describe('an answer of many rows', () => {
  it('is read whole, whatever its texts are', async () => {
    const groups = Array.from({ length: 1400 }, (_, index) => `g"${index}\\ü\u2028`);
    const rows = groups.flatMap((group) =>
      ['0', '1'].map((label) => ({ label, prediction: 1, race: group, sex: 'f' })),
    );

    const counts = await countOutcomes(aFile(rows.map((row) => JSON.stringify(row)).join('\n')), reference());

    expect(counts.all.count).toBe(2800);
    expect(counts.groups.filter(({ attribute }) => attribute === 'race').map(({ value }) => value)).toEqual(
      groups.sort(),
    );
  });
});

describe('a file that is no such table is refused', () => {
  it('naming every column that it lacks', async () => {
    const csv = 'race,label\nblack,1\n';
    const files = { CSV: aFile(csv), Parquet: await parquetOf(csv, 'b.parquet') };

    for (const [format, file] of Object.entries(files)) {
      expect((await refusalOf(file)).violations).toEqual([
        { field: 'predictions', problem: `lacks column prediction (read as ${format})` },
        { field: 'predictions', problem: `lacks column sex (read as ${format})` },
      ]);
    }
  });

  it('naming the column that no JSON line has', async () => {
    const refusal = await refusalOf(aFile('{"race":"a","sex":"f","label":1}\n{"race":"b","sex":"m","label":0}\n'));

    expect(refusal.message).toContain('lacks column prediction (read as JSON lines)');
  });

  it.each([
    ['nothing', '', 'lacks column'],
    ['another text', 'Dear auditor,\nplease find attached\n', 'not a readable CSV table'],
    ['binary', Uint8Array.of(0, 1, 2, 255, 254, 0, 10, 13, 0), ''],
    ['Parquet by name only', `PAR1${'x'.repeat(200)}PAR1`, 'not a readable Parquet table'],
    ['rows that fall short', 'race,sex,label,prediction\na,f,1,1\nb,f,1\n', 'as many fields in each row'],
    [
      'rows that are too long',
      `race,sex,label,prediction\n${'a,f,1,1\n'.repeat(30_000)}b,f,1,1,Jane Roe\n`,
      'line 30002',
    ],
    ['junk before the header, which no reader may skip', 'junk\nrace,sex,label,prediction\na,f,1,1\n', ''],
    ['text that is not UTF-8', Buffer.from('race,sex,label,prediction\n\xff,f,1,1\n', 'latin1'), 'UTF-8'],
    ['JSON that breaks off', '{"race":"a","sex":"f","label":1,"prediction":1}\n{"race":"b"', 'line'],
    [
      'JSON lines with a key twice',
      '{"race":"Jane Roe","race":"b","sex":"f","label":1,"prediction":1}\n',
      'has column race more than once (read as JSON lines)',
    ],
    ['a line that is no object', '{"race":"a","sex":"f","label":1,"prediction":1}\n["Jane Roe"]\n', 'JSON lines'],
  ])('%s', async (_, content, problem) => {
    const refusal = await refusalOf(aFile(content));

    expect(refusal.name).toBe('EvidenceUnreadable');
    expect(refusal.message).toContain(problem);
    expect(refusal.message + String(refusal.cause)).not.toContain('Jane Roe');
  });

  it('when an attribute has a value per row', async () => {
    const rows = Array.from({ length: 3500 }, (_, id) => `${id},f,1,1`);

    expect((await refusalOf(aFile(`race,sex,label,prediction\n${rows.join('\n')}\n`))).message).toContain(
      'more than 3000 groups',
    );
  });

  it('before a large table is counted, when its first rows have too many groups', async () => {
    const row = (i: number) =>
      `race ${i % 50},sex ${Math.floor(i / 50) % 50},age ${Math.floor(i / 2500) % 50},${i % 2},1`;
    const rows = Array.from({ length: 200_000 }, (_, i) => row(i));
    const file = aFile(`race,sex,age,label,prediction\n${rows.join('\n')}\n`);

    // Counted as a whole, it is refused for its combinations of values.
    expect((await refusalOf(file, { protected_attributes: ['race', 'sex', 'age'] })).message).toContain(
      'more than 3000 groups',
    );
  });

  it('not when the first rows of a large table spell a few groups in many ways', async () => {
    const row = (i: number) => `1.${'0'.repeat(i % 80)},2.${'0'.repeat(i % 79)},1,${i % 2}`;
    const rows = Array.from({ length: 60_000 }, (_, i) => row(i));

    const { groups } = await countOutcomes(aFile(`race,sex,label,prediction\n${rows.join('\n')}\n`), reference());

    expect(groups.map(({ attribute, value, count }) => `${attribute} ${value} ${count}`)).toEqual([
      'race 1 60000',
      'race × sex 1 × 2 60000',
      'sex 2 60000',
    ]);
  });

  it('when a column is used twice', async () => {
    expect((await refusalOf(aFile('x'), { label_column: 'prediction' })).message).toContain('a column is used twice');
  });

  it('when counting it takes more memory than there is', async () => {
    const file = join(folder, 'scores.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT 'a' AS race, 'f' AS sex, 1 AS label, random() AS prediction FROM range(3000000) AS t(i)) TO '${file}' (FORMAT parquet)`,
    );
    connection.closeSync();

    const refused = countOutcomes(file, reference(), { memoryMegabytes: 50, threads: 1 });

    await expect(refused).rejects.toMatchObject({
      name: 'EvidenceUnreadable',
      message: expect.stringContaining('submit decisions'),
    });
  });
});

describe('the engine', () => {
  it('takes the name of a file for a name and not for SQL', async () => {
    const file = aFile('race,sex,label,prediction\na,f,1,1\n', "x') UNION ALL SELECT 'it''s");

    expect((await countOutcomes(file, reference())).rows).toBe(1);
  });

  it('does not take a file that is not there for evidence that is unreadable', async () => {
    await expect(countOutcomes(join(folder, 'nowhere'), reference())).rejects.not.toBeInstanceOf(Refusal);
  });
});

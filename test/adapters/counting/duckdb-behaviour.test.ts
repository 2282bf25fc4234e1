import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../../lib/adapters/counting/duckdb-behaviour.ts';
import { aBehaviourQuestion } from '../../support/a-behaviour-question.ts';

const folder = mkdtempSync(join(tmpdir(), 'behaviour-'));
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
afterAll(() => {
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

let files = 0;
const aFile = (content: string | Uint8Array): string => {
  files += 1;
  const file = join(folder, `table-${files}`);
  writeFileSync(file, content);
  return file;
};
const lines = (...rows: readonly string[]) => aFile(`${rows.join('\n')}\n`);

const question = (changes: object = {}, former: object = changes) => aBehaviourQuestion(changes, former);

const example = (version: string) =>
  join(import.meta.dirname, `../../../examples/hmda-mortgage/${version}/predictions.parquet`);
const EXAMPLE = { columns: { row_id: 'application_id' }, protected_attributes: ['race', 'marital_status'] };

/** What somebody would write who wants to know it of these two files. */
const BY_HAND = (groups: string) => `
SELECT ${groups} AS value,
  count(*) FILTER (old.prediction = 1 AND new.prediction = 1) AS "stayedYes",
  count(*) FILTER (old.prediction = 0 AND new.prediction = 0) AS "stayedNo",
  count(*) FILTER (old.prediction = 1 AND new.prediction = 0) AS "yesToNo",
  count(*) FILTER (old.prediction = 0 AND new.prediction = 1) AS "noToYes"
FROM '${example('1.2.0')}' new JOIN '${example('1.1.0')}' old USING (application_id) GROUP BY 1 ORDER BY 1`;
const byHand = async (groups: string) => {
  const connection = await instance.connect();
  const result = (await connection.runAndReadAll(BY_HAND(groups))).getRowObjectsJS();
  connection.closeSync();
  return result.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key === 'value' ? value : Number(value)])),
  );
};

describe('CK-15 two releases of the example', () => {
  it('differ as a hand-written statement says, in all and by group and by pair of groups', async () => {
    const counts = await compareBehaviour({ now: example('1.2.0'), former: example('1.1.0') }, question(EXAMPLE));

    const of = (attribute: string) =>
      counts.groups
        .filter((group) => group.attribute === attribute)
        .map(({ attribute: _, rows, undecided, contradicted, ...group }) => group);
    expect(counts).toMatchObject({ rows: { now: 1190, former: 1190 }, common: 1190, contradicted: 0, undecided: 0 });
    expect(counts.all).toEqual({ stayedYes: 1010, stayedNo: 89, yesToNo: 32, noToYes: 59 });
    expect([{ value: '', ...counts.all }]).toEqual(await byHand("''"));
    expect(of('race')).toEqual(await byHand('new.race'));
    expect(of('marital_status')).toEqual(await byHand('new.marital_status'));
    expect(of('race × marital_status')).toEqual(await byHand("new.race || ' × ' || new.marital_status"));
  });

  it('differ in the rows whose score is low', async () => {
    const { columns } = await compareBehaviour({ now: example('1.2.0'), former: example('1.1.0') }, question(EXAMPLE));

    expect(columns.map(({ column }) => column)).toEqual(['score']);
    expect(columns[0]?.values[0]).toMatchObject({ value: '0.0016 to 0.88', changed: 90 });
  });
});

const NOW = ['id,label,prediction,race,branch', 'a-1,1,1,a,x', 'a-2,0,0,a,y', '3.0,1,0,b,x', 'a-5,1,1,b,y', ',1,1,b,y'];
const FORMER = ['ID,label,Prediction,race', '3,true,True,b', 'a-2,no,TRUE,a', 'a-1,TRUE,true,a', 'a-4,no,no,b'];
const asLines = (rows: readonly string[]) => {
  const [head = '', ...cells] = rows.map((row) => row.split(','));
  return cells
    .map((row) => JSON.stringify(Object.fromEntries(row.map((cell, index) => [head[index], cell]))))
    .join('\n');
};

describe.each([
  ['CSV', (rows: readonly string[]) => lines(...rows)],
  ['CSV with a byte order mark', (rows: readonly string[]) => aFile(`\ufeff${rows.join('\n')}\n`)],
  ['CSV in gzip', (rows: readonly string[]) => aFile(gzipSync(`${rows.join('\n')}\n`))],
  ['JSON lines', (rows: readonly string[]) => aFile(asLines(rows))],
  ['JSON lines in gzip', (rows: readonly string[]) => aFile(gzipSync(asLines(rows)))],
])('a table in %s', (_, write) => {
  it('is compared by what its ids and decisions say, in whatever order and letter case', async () => {
    const asked = question({}, { favorable_value: 'true' });

    const counts = await compareBehaviour({ now: write(NOW), former: write(FORMER) }, asked);

    expect(counts).toMatchObject({
      rows: { now: 5, former: 4 },
      unnamed: { now: 1, former: 0 },
      common: 3,
      contradicted: 0,
      all: { stayedYes: 1, stayedNo: 0, yesToNo: 2, noToYes: 0 },
      groups: [
        { value: 'a', stayedYes: 1, yesToNo: 1 },
        { value: 'b', yesToNo: 1 },
      ],
      columns: [
        {
          column: 'branch',
          values: [
            { value: 'x', compared: 2, changed: 1 },
            { value: 'y', compared: 1, changed: 1 },
          ],
        },
      ],
    });
  });

  it('has each id once, or is refused by the value and how often it is there', async () => {
    const twice = write([...NOW, '3,1,1,b,x', 'a-9,1,1,b,x', 'a-9,1,1,b,x', 'a-9,1,1,b,x']);

    await expect(compareBehaviour({ now: twice, former: write(FORMER) }, question())).rejects.toThrow(
      'predictions.columns.row_id is to tell rows apart, but has a-9 3 times in column id, 3 2 times in column id',
    );
    await expect(compareBehaviour({ now: write(FORMER), former: twice }, question())).rejects.toThrow(
      'a-9 3 times in column id of the live release',
    );
  });

  it('has each id once, be it of a row that the other table has too or of one that it has not', async () => {
    const [header = '', first = '', ...others] = NOW;
    const again = first.replace(/^[^,]*/, (id) => ` ${id} `);
    const alone = ['z-1,1,1,b,x', 'z-1 ,0,0,b,x'];
    const now = [header, first, ...others];

    const [both, only, live] = [write([...now, again]), write([...now, ...alone]), write(now)];

    await expect(compareBehaviour({ now: both, former: live }, question())).rejects.toThrow('2 times in column id');
    await expect(compareBehaviour({ now: only, former: live }, question())).rejects.toThrow('z-1 2 times in column id');
    await expect(compareBehaviour({ now: live, former: only }, question())).rejects.toThrow(
      'z-1 2 times in column id of the live release',
    );
    expect(await compareBehaviour({ now: write([...now, 'z-1,1,1,b,x']), former: live }, question())).toMatchObject({
      rows: { now: now.length, former: others.length + 1 },
    });
  });
});

describe.each([
  ['CSV', (rows: readonly string[]) => lines(...rows)],
  ['JSON lines', (rows: readonly string[]) => aFile(asLines(rows))],
])('columns to be the same in %s', (_, write) => {
  it('may be named twice, in any letter case, and be among those of the manifest', async () => {
    const asked = { ...question(), sameColumns: ['branch', 'Branch', 'branch', 'Race', 'ID'] };
    const moved = NOW.map((row) => row.replace('a-2,0,0,a,y', 'a-2,0,0,a,x'));

    const counts = await compareBehaviour({ now: write(moved), former: write(NOW) }, asked);

    expect(counts).toMatchObject({ common: 4, contradicted: 1, sameColumns: asked.sameColumns });
  });
});

describe('the comparison', () => {
  it('of a column that is the same in every row ends at once', async () => {
    const many = (prediction: number) =>
      lines('id,label,prediction,race', ...Array.from({ length: 50_000 }, () => `x,1,${prediction},a`));

    await expect(compareBehaviour({ now: many(1), former: many(0) }, question(), { seconds: 20 })).rejects.toThrow(
      'has x 50000 times in column id',
    );
  });

  it('has whole numbers for ids as they are, whatever their width', async () => {
    const connection = await instance.connect();
    const table = async (type: string) => {
      files += 1;
      const file = join(folder, `table-${files}.parquet`);
      const select = `SELECT i::${type} AS id, 1 AS label, (i % 3 = 0)::INT AS prediction, 'a' AS race FROM range(9) AS t(i)`;
      await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
      return file;
    };

    const [short, long, text] = [await table('INTEGER'), await table('BIGINT'), await table('VARCHAR')];
    connection.closeSync();

    const all = { stayedYes: 3, stayedNo: 6, yesToNo: 0, noToYes: 0 };
    expect(await compareBehaviour({ now: short, former: long }, question())).toMatchObject({ common: 9, all });
    expect(await compareBehaviour({ now: short, former: text }, question())).toMatchObject({ common: 9, all });
  });

  it('names the table that lacks a column', async () => {
    const now = lines(...NOW);

    await expect(
      compareBehaviour({ now, former: lines('id,label,race', 'a-1,1,a') }, question()),
    ).rejects.toMatchObject({
      violations: [{ field: 'predictions of the live release', problem: 'lacks column prediction (read as CSV)' }],
    });
  });

  it('leaves out further columns that are no categories, and refuses none', async () => {
    const rows = [
      '{"id":"a-1","label":1,"prediction":1,"race":"a","tags":["x"],"note one":"x","kind":"k","Kind":"k"}',
      '{"id":"a-2","label":1,"prediction":1,"race":"a","tags":["y"],"kind":"l"}',
    ];

    const counts = await compareBehaviour({ now: lines(...rows), former: lines(...rows) }, question());

    expect(counts).toMatchObject({ common: 2, columns: [] });
  });

  it('rounds numbers of a further column to two digits, as far as they are numbers, in text and by type', async () => {
    const cells = ['12.5', '-12.49', '0.0', '1e-300', '9.999e199', '1e250', 'inf', 'NaN', 'abc', ''];
    const rows = cells.map((cell, index) => `a-${index},1,1,a,${cell}`);
    const csv = lines('id,label,prediction,race,mixed', ...rows);
    const columnsOf = async (table: string) =>
      (await compareBehaviour({ now: table, former: table }, question())).columns;
    const valuesOf = async (table: string) =>
      (await columnsOf(table)).flatMap(({ values }) => values.map(({ value, compared }) => [value, compared]));

    const named: [string, number][] = [
      ['1e+200', 1],
      ['1e+250', 1],
      ['Infinity', 1],
      ['abc', 1],
    ];
    expect(await valuesOf(csv)).toEqual([['-12', 1], ['0', 2], ['13', 1], ...named]);

    const connection = await instance.connect();
    const typed = join(folder, 'typed.parquet');
    const select = `SELECT * REPLACE (TRY_CAST(mixed AS DOUBLE) AS mixed) FROM read_csv('${csv}', all_varchar = true)`;
    await connection.run(`COPY (${select}) TO '${typed}' (FORMAT parquet)`);
    connection.closeSync();
    expect(await valuesOf(typed)).toEqual([['-12', 1], ['0', 2], ['13', 1], ...named.slice(0, 3)]);
  });

  it('gives further columns up, and not the comparison, where they take too much memory', async () => {
    const connection = await instance.connect();
    const now = join(folder, 'long.parquet');
    const text = (name: string) => `repeat(md5(i || '${name}'), 8) AS ${name}`;
    const select = `SELECT i AS id, 1 AS label, 1 AS prediction, 'a' AS race, ${[...'abcdefgh'].map(text).join(', ')} FROM range(30000) AS t(i)`;
    await connection.run(`COPY (${select}) TO '${now}' (FORMAT parquet)`);
    connection.closeSync();

    const counts = await compareBehaviour({ now, former: now }, question(), { memoryMegabytes: 60 });

    expect(counts).toMatchObject({ common: 30_000, columns: [] });
  });
});

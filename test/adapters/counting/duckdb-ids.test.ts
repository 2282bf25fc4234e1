import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../../lib/adapters/counting/duckdb-behaviour.ts';
import { aBehaviourQuestion } from '../../support/a-behaviour-question.ts';

const folder = mkdtempSync(join(tmpdir(), 'ids-'));
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

let files = 0;
const nextFile = () => {
  files += 1;
  return join(folder, `table-${files}`);
};
const asParquet = async (csv: string): Promise<string> => {
  const file = nextFile();
  await connection.run(`COPY (SELECT * FROM read_csv('${csv}', all_varchar = true)) TO '${file}' (FORMAT parquet)`);
  return file;
};
const asCsv = (rows: readonly string[]): string => {
  const file = nextFile();
  writeFileSync(file, ['id,label,prediction,race', ...rows, ''].join('\n'));
  return file;
};
const outcome = (now: string, former: string) =>
  compareBehaviour({ now, former }, aBehaviourQuestion()).catch((cause: unknown) => String(cause));

describe('CK-15 ids of Parquet, which are looked at before the tables are joined', () => {
  /** Words, numbers in two spellings, a cell with a blank, and cells without a value. */
  const id = fc.constantFrom(
    'a-1',
    'a-2',
    'word',
    '7',
    '7.0',
    '" a-1"',
    '',
    'null',
    'true',
    'TRUE',
    '12345678901234567',
  );
  const row = fc
    .tuple(id, fc.constantFrom('0', '1'), fc.constantFrom('0', '1', ''))
    .map((cells) => `${cells.join(',')},a`);
  const table = fc.array(row, { minLength: 1, maxLength: 5 });

  it('say the same as those of CSV, whose keys are all made, and are refused in the same words', async () => {
    const seen = { compared: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(table, table, async (...tables) => {
        const [now, former] = tables.map(asCsv);
        const expected = await outcome(String(now), String(former));
        seen[typeof expected === 'string' ? 'refused' : 'compared'] += 1;
        const found = await outcome(await asParquet(String(now)), await asParquet(String(former)));
        expect(JSON.stringify(found).replaceAll('Parquet', 'CSV')).toBe(JSON.stringify(expected));
      }),
      { numRuns: 16, seed: 11 },
    );
    expect(Math.min(seen.compared, seen.refused)).toBeGreaterThan(2);
  });

  it('are refused by name where both tables have one hundreds of times, with and without others', async () => {
    const often = (prediction: string, others: number) => [
      ...Array.from({ length: 300 }, () => `x-again,1,${prediction},a`),
      ...Array.from({ length: others }, (_, index) => `row-${index},1,1,a`),
    ];
    for (const others of [0, 40_000]) {
      const [now, former] = [asCsv(often('1', others)), asCsv(often('0', others))];
      expect(await outcome(await asParquet(now), await asParquet(former))).toContain(
        'has x-again 300 times in column id, x-again 300 times in column id of the live release',
      );
    }
  });

  it('are refused by name where one table has one in all of its rows, and the other some times', async () => {
    const copies = (count: number) => asCsv(Array.from({ length: count }, () => 'x-again,1,1,a'));
    const [one, many] = [await asParquet(copies(64)), await asParquet(copies(500_000))];

    for (const tables of [
      { now: many, former: one },
      { now: one, former: many },
    ])
      await expect(compareBehaviour(tables, aBehaviourQuestion(), { seconds: 15 })).rejects.toThrow(
        'x-again 500000 times',
      );
  });

  it('are refused by name where one is often in both of two large tables', async () => {
    const file = nextFile();
    const id = `CASE WHEN i < 20000 THEN 'x-again' ELSE 'row-' || i END`;
    const rows = `SELECT ${id} AS id, 1 AS label, 1 AS prediction, 'a' AS race FROM range(1100000) AS t(i)`;
    await connection.run(`COPY (${rows}) TO '${file}' (FORMAT parquet)`);

    expect(await outcome(file, file)).toContain('has x-again 20000 times in column id');
  });

  it('are refused by name where both have each a few times', async () => {
    const thrice = (prediction: string) =>
      Array.from({ length: 60 }, (_, index) => `row-${index % 20},1,${prediction},a`);
    const [now, former] = [asCsv(thrice('1')), asCsv(thrice('0'))];

    expect(await outcome(await asParquet(now), await asParquet(former))).toContain('row-0 3 times in column id');
  });
});

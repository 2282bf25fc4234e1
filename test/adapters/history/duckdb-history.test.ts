import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compactHistory, withHistory, writeHistory } from '../../../lib/adapters/history/duckdb-history.ts';
import { questionSql } from '../../../lib/adapters/history/question-sql.ts';
import { readLedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { APPROVALS } from '../../../lib/domain/questions/approvals.ts';
import { COVERS_SQL } from '../../../lib/domain/questions/catalogue.ts';
import { HISTORY_COLUMNS, historyRow } from '../../../lib/domain/questions/history-row.ts';
import { LINEAGE } from '../../../lib/domain/questions/lineage.ts';
import { literalText } from '../../../lib/domain/questions/literal.ts';
import { LIVE } from '../../../lib/domain/questions/live.ts';
import { answerFrom, type Question, statementOf } from '../../../lib/domain/questions/question.ts';
import { aLedger } from '../../domain/ledger/a-ledger.ts';
import { writeTables } from '../../support/history-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = (await aLedger()).flatMap((file) => {
  const read = readLedgerFile(file);
  if (!('kind' in read) || read.kind !== 'bundle') return [];
  return read.entries.map((entry, line) =>
    historyRow(entry, { leafIndex: read.firstIndex + line, bundleKey: read.key, bundleVersionId: '' }),
  );
});
const all = await writeTables(rows, folder, "it's all ");

const ask = (question: Question, given: Record<string, string>, files = all) =>
  withHistory(files, async (found) => {
    const [covers] = await found(questionSql(COVERS_SQL));
    return answerFrom(question, given, await found(statementOf(question, questionSql(question.sql), given)), {
      entries: Number(covers?.['entries']),
      until: String(covers?.['until']),
    });
  });

describe('the history in DuckDB', () => {
  it('holds every row as it was given, sorted by model and time', async () => {
    const found = await withHistory(all, (query) => query('SELECT * FROM history'));

    expect(rows.length).toBeGreaterThan(20);
    expect(found.map((row) => Object.keys(row))).toEqual(rows.map(() => HISTORY_COLUMNS.map(({ name }) => name)));
    const inOrder = rows.toSorted(
      (a, b) =>
        (a.model < b.model ? -1 : Number(a.model > b.model)) || a.at_ms - b.at_ms || a.leaf_index - b.leaf_index,
    );
    expect(
      found.map((row) => Object.values(row).map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell))),
    ).toEqual(inOrder.map((row) => Object.values(row)));
  });

  it('says who approved', async () => {
    const { rows: found, covers } = await ask(APPROVALS, { model: 'credit' });
    const expected = rows.filter(({ model, event_type }) => model === 'credit' && event_type === 'approval_granted');

    expect(expected.length).toBeGreaterThan(1);
    expect(found.map((row) => [row['release_id'], row['actor_id'], row['leaf_index']])).toEqual(
      expected.toSorted((a, b) => a.seq - b.seq).map((row) => [row.release_id, row.actor_id, row.leaf_index]),
    );
    expect(covers).toEqual({
      entries: rows.length,
      until: rows
        .map(({ occurred_at }) => occurred_at)
        .toSorted()
        .at(-1),
    });
  });

  it('says what was in production', async () => {
    const flips = rows.filter(
      ({ model, event_type }) =>
        model === 'credit' && ['deployment_promoted', 'rollback_executed'].includes(event_type),
    );
    const [flip] = flips;
    const at = flip?.occurred_at ?? '';

    expect((await ask(LIVE, { model: 'credit' })).rows).toHaveLength(flips.length);
    expect((await ask(LIVE, { model: 'credit', from: at, to: at })).rows).toMatchObject([
      { live_from: at, release_id: flip?.release_id, model_version: flip?.model_version },
    ]);
    expect((await ask(LIVE, { model: 'credit', to: '2020-01-01T00:00:00.000Z' })).rows).toEqual([]);
  });

  it('answers over no file, and over an empty one', async () => {
    const none = { history: [], origins: [] };

    for (const files of [none, await writeTables([], folder, 'empty ')]) {
      expect(await ask(LINEAGE, { release: '01jc0000000000000000000000' }, files)).toMatchObject({ rows: [] });
      expect(await ask(APPROVALS, { model: 'credit' }, files)).toMatchObject({
        rows: [],
        covers: { entries: 0, until: '' },
      });
    }
  });

  it('is compacted: several files become one, with each entry once', async () => {
    const [one, other, whole] = ['one', 'other', 'whole'].map((name) => join(folder, `${name}.parquet`));
    await writeHistory(rows.slice(0, 15), one ?? '', 'inBucket');
    await writeHistory(rows.slice(10), other ?? '', 'inBucket');
    await compactHistory([one ?? '', other ?? ''], whole ?? '');

    const inFiles = (history: readonly string[]) =>
      withHistory({ history, origins: [] }, (query) => query('SELECT * FROM history'));
    expect(await inFiles([whole ?? ''])).toEqual(await inFiles(all.history));
  });

  it('reads every text literal as exactly that text: a hundred thousand hostile ones', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 24 }),
      fc.string({ unit: 'binary', maxLength: 24 }).map((text) => text.replaceAll('\0', '')),
      fc
        .array(
          fc.constantFrom(
            "'",
            "''",
            '\\',
            '"',
            ';',
            '--',
            '/*',
            '*/',
            '{{model}}',
            '$&',
            '\n',
            '\r',
            '%',
            'E',
            ' OR 1=1',
            '$$',
          ),
          {
            maxLength: 8,
          },
        )
        .map((parts) => parts.join('')),
    );
    const texts = fc.sample(hostile, { numRuns: 100_000, seed: 20_261_129 });
    const BATCH = 2_000;

    await withHistory(all, async (query) => {
      for (let start = 0; start < texts.length; start += BATCH) {
        const some = texts.slice(start, start + BATCH);
        const values = some.map((value, place) => `(${place}, ${literalText({ kind: 'text', value })})`);
        const found = await query(
          `SELECT place, given FROM (VALUES ${values.join(', ')}) AS t(place, given) ORDER BY place`,
        );
        expect(found.map(({ given }) => given)).toEqual(some);
      }
    });
  });

  it('sees no other file, and writes none', async () => {
    const secret = join(folder, 'secret.csv');
    writeFileSync(secret, 'a\n1\n');

    await expect(withHistory(all, (query) => query(`SELECT * FROM read_csv('${secret}')`))).rejects.toThrow('disabled');
    await expect(withHistory(all, (query) => query(`COPY history TO '${secret}'`))).rejects.toThrow('disabled');
  });
});

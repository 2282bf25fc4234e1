import { describe, expect, it } from 'vitest';
import { compareHistory } from '../../../lib/domain/questions/compare-history.ts';
import { rowsOfFiles } from '../../../lib/domain/questions/derive-history.ts';
import { NOTHING_YET } from '../../../lib/domain/questions/history-reach.ts';
import type { HistoryRow } from '../../../lib/domain/questions/history-row.ts';
import type { LogBundles } from '../../../lib/domain/questions/log-bundles.ts';
import { type OriginRow, originsOf } from '../../../lib/domain/questions/origin-row.ts';
import { aLedger } from '../ledger/a-ledger.ts';

const files = new Map((await aLedger()).map(({ key, bytes }) => [key, bytes]));
const bundles: LogBundles = {
  keysFrom: async () => [...files.keys()].filter((key) => key.startsWith('bundles/')),
  read: async (key) => ({ bytes: files.get(key) ?? Buffer.of(), versionId: 'v1' }),
  isBeyond: async () => false,
};
const rows: HistoryRow[] = [];
for await (const { rows: some } of rowsOfFiles(bundles)) rows.push(...some);

const origins = rows.flatMap(originsOf);
const compareAll = async (found: readonly HistoryRow[], from: readonly OriginRow[], entries = rows.length) => {
  const compared = [];
  const reach = { ...NOTHING_YET, entries };
  const world = { bundles, reach, rowsIn: async () => found, originsIn: async () => from };
  for await (const one of compareHistory(world)) compared.push(one);
  return compared;
};
/** The files of entries alone. */
const compare = async (found: readonly HistoryRow[], entries = rows.length) =>
  (await compareAll(found, origins, entries)).filter(({ key }) => key.includes('/entries/'));
const changed = (index: number, changes: Partial<HistoryRow>) =>
  rows.map((row) => (row.leaf_index === index ? { ...row, ...changes } : row));

describe('the comparison of derived rows with the log', () => {
  it('finds no difference in the same rows, in whatever order they are', async () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(await compare(rows.toReversed())).toEqual([
      {
        key: expect.stringMatching(/\/000000000000\.parquet$/),
        rows: rows.length,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        differsAt: undefined,
      },
    ]);
  });

  it.each([
    ['is another', changed(7, { actor_id: 'somebody else' }), 7],
    ['is missing', rows.filter((row) => row.leaf_index !== 7), 7],
    ['is missing at the end', rows.slice(0, -1), rows.length - 1],
    ['is there twice', [...rows, ...rows.slice(7, 8)], 7],
    ['was changed in its place alone', changed(7, { bundle_version_id: 'v2' }), 7],
    ['is there, of none', [], 0],
  ])('names the first entry whose row %s', async (_, found, differsAt) => {
    expect(await compare(found)).toMatchObject([{ differsAt }]);
  });

  it('finds origins that are others, are missing or were made up', async () => {
    const [first, ...rest] = origins;
    const made = { ...(first ?? expect.unreachable('there is one')), source: 'made up' };
    const differences = async (from: readonly OriginRow[]) =>
      (await compareAll(rows, from)).map(({ key, differsAt }) => [key.split('/').at(-2), differsAt]);

    expect(await differences(origins.toReversed())).toEqual([
      ['entries', undefined],
      ['origins', undefined],
    ]);
    for (const from of [rest, [made, ...rest], [...origins, made]]) {
      expect(await differences(from)).toEqual([
        ['entries', undefined],
        ['origins', made.leaf_index],
      ]);
    }
  });

  it('compares what was derived, and not what the log has since', async () => {
    expect(await compare(rows.slice(0, 5), 5)).toMatchObject([{ rows: 5, differsAt: undefined }]);
    // Rows that a run wrote before it crashed are claimed by nobody.
    expect(await compare(rows, 5)).toMatchObject([{ rows: 5, differsAt: undefined }]);
    expect(await compare([], 0)).toEqual([]);
  });

  it('does not believe that the rows reach further than the log', async () => {
    expect(await compare(rows, rows.length + 3)).toMatchObject([{ differsAt: undefined }, { differsAt: rows.length }]);
  });
});

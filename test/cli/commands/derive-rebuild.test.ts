import { describe, expect, it } from 'vitest';
import { historyFiles } from '../../../lib/adapters/history/history-files.ts';
import type { HistoryObjects } from '../../../lib/adapters/history/history-objects.ts';
import { checkRows, makeRows } from '../../../lib/cli/commands/derive-rebuild.ts';
import { deriveHistory } from '../../../lib/domain/questions/derive-history.ts';
import { historyKey, originsKey } from '../../../lib/domain/questions/history-reach.ts';
import type { HistoryRow } from '../../../lib/domain/questions/history-row.ts';
import { type LogBundles, readBundle } from '../../../lib/domain/questions/log-bundles.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { aLedger } from '../../domain/ledger/a-ledger.ts';

const ledger = new Map((await aLedger()).map(({ key, bytes }) => [key, bytes]));

const bundles = [...ledger.keys()].filter((key) => key.startsWith('bundles/'));
const ALL = bundles.length;

/** The log with its first bundles. */
const logOf = (count: number): LogBundles => {
  const keys = bundles.slice(0, count);
  return {
    keysFrom: async () => keys,
    read: async (key) => ({ bytes: ledger.get(key) ?? Buffer.of(), versionId: 'v1' }),
    isBeyond: async () => false,
  };
};

/** Objects in memory, which are replaced as S3 replaces them. */
const memoryObjects = (): HistoryObjects => {
  const objects = new Map<string, { bytes: Uint8Array; tag: string }>();
  let puts = 0;
  return {
    get: async (key) => objects.get(key),
    put: async (key, bytes, tag) => {
      if (objects.get(key)?.tag !== tag) throw new Conflict('another run was faster');
      puts += 1;
      objects.set(key, { bytes, tag: `tag-${puts}` });
      return `tag-${puts}`;
    },
  };
};

const around = () => {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  return { lines, surroundings: { out: say, err: say, env: {}, directory: '.' } };
};
const check = async (bundles: LogBundles, objects: HistoryObjects) => {
  const { lines, surroundings } = around();
  return { code: await checkRows({ bundles, objects }, surroundings), out: lines.join('\n') };
};
const derive = (bundles: LogBundles, objects: HistoryObjects) =>
  deriveHistory({ bundles, files: historyFiles(objects), hasTime: () => true });

describe('assay derive rebuild', () => {
  it('finds the rows as the log says, however many runs they came in', async () => {
    const objects = memoryObjects();
    for (const count of [1, 2, ALL]) await derive(logOf(count), objects);

    const { code, out } = await check(logOf(ALL), objects);

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('ok: the rows of 28 entries') });
  });

  it('finds a row that somebody changed, and makes it again', async () => {
    const objects = memoryObjects();
    await derive(logOf(ALL), objects);
    const rows: HistoryRow[] = [];
    for (const key of await logOf(ALL).keysFrom(undefined)) rows.push(...(await readBundle(key, logOf(ALL))).rows);
    const forged = rows.map((row) => (row.leaf_index === 4 ? { ...row, reason: 'because I say so' } : row));
    await historyFiles(objects).write(0, forged, 'replace');

    const found = await check(logOf(ALL), objects);
    const { lines, surroundings } = around();
    const made = await makeRows({ bundles: logOf(ALL), objects }, surroundings);

    expect(found).toMatchObject({ code: 1, out: expect.stringContaining('differs from entry 4 on') });
    expect(found.out).toContain(historyKey(0));
    expect([made, ...lines]).toEqual([0, expect.stringMatching(/^28 rows, of all entries up to 2026-/)]);
    expect(await check(logOf(ALL), objects)).toMatchObject({ code: 0 });
  });

  it('finds that nothing is said any more of where a release comes from', async () => {
    const objects = memoryObjects();
    await derive(logOf(ALL), objects);
    const found = (await objects.get(originsKey(0))) ?? expect.unreachable('it was derived');
    const without = { ...objects, get: async (key: string) => (key === originsKey(0) ? undefined : objects.get(key)) };

    const { code, out } = await check(logOf(ALL), without);

    expect(found.bytes.length).toBeGreaterThan(0);
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('1 file not as the log says') });
    expect(out).toMatch(/\/origins\/.*differs from entry \d+ on/);
  });

  it('is whole again after a run that ended between the rows and what follows from them', async () => {
    const objects = memoryObjects();
    await derive(logOf(1), objects);
    const put: HistoryObjects['put'] = async (key, bytes, tag) => {
      if (key === originsKey(0)) throw new Error('the run ended here');
      return objects.put(key, bytes, tag);
    };
    await expect(derive(logOf(ALL), { ...objects, put })).rejects.toThrow('the run ended here');

    await derive(logOf(ALL), objects);

    expect(await check(logOf(ALL), objects)).toMatchObject({ code: 0 });
  });

  it('loses nothing to a slower run: what that one made of fewer rows is refused', async () => {
    const objects = memoryObjects();
    await derive(logOf(1), objects);
    // The slower run has replaced the rows, and another one adds to them before it comes to the origins.
    const put: HistoryObjects['put'] = async (key, bytes, tag) => {
      if (key === originsKey(0)) await derive(logOf(ALL), objects);
      return objects.put(key, bytes, tag);
    };

    await expect(derive(logOf(2), { ...objects, put })).rejects.toThrow(Conflict);
    expect(await check(logOf(ALL), objects)).toMatchObject({ code: 0 });
  });

  it('says that there is nothing while there is nothing', async () => {
    expect(await check(logOf(0), memoryObjects())).toEqual({
      code: 0,
      out: 'ok: the rows of 0 entries are those of the log',
    });
  });
});

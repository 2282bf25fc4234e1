import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { bundleKey } from '../../../lib/domain/ledger/bundle.ts';
import { GENESIS, type SealedEvent, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import {
  deriveHistory,
  type HistoryFiles,
  rebuildHistory,
  rowsOfFiles,
} from '../../../lib/domain/questions/derive-history.ts';
import {
  coversOf,
  FILE_ENTRIES,
  historyKey,
  NOTHING_YET,
  type Reach,
} from '../../../lib/domain/questions/history-reach.ts';
import type { HistoryRow } from '../../../lib/domain/questions/history-row.ts';
import { bundlesAfter, type LogBundles, readBundle } from '../../../lib/domain/questions/log-bundles.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { aDraft, eventFiles } from '../ledger/a-ledger.ts';

/** The events of a chain, one a minute, from a day on. */
const eventsOn = (day: string, count: number): SealedEvent[] => {
  let head = GENESIS;
  return Array.from({ length: count }, (_, minute) => {
    const at = Instant.parse(`${day}T00:${String(minute).padStart(2, '0')}:00.000Z`);
    const sealed = sealEvent(aDraft({ event_type: 'log_heartbeat' }), `m-${day}`, head, at);
    head = sealed.head;
    return sealed;
  });
};

/** A log in memory: bundles from an entry on, and the sizes that checkpoints are over. */
class MemoryBundles implements LogBundles {
  readonly objects = new Map<string, Uint8Array>();
  readonly listed: (string | undefined)[] = [];
  size = 0;

  append(day: string, count: number, from = this.size): this {
    const lines = eventsOn(day, count).map(({ bytes }) => `${Buffer.from(bytes).toString()}\n`);
    this.objects.set(bundleKey(day, from), Buffer.from(lines.join('')));
    this.size = Math.max(this.size, from + count);
    return this;
  }

  keysFrom = async (day: string | undefined) => {
    this.listed.push(day);
    return [...this.objects.keys()].filter((key) => day === undefined || key > `bundles/v1/dt=${day}`);
  };
  read = async (key: string) => ({ bytes: this.objects.get(key) ?? Buffer.from('?'), versionId: 'v1' });
  isBeyond = async (entries: number) => this.size > entries;
}

/** Files in memory, which compare and swap as S3 does. */
class MemoryFiles implements HistoryFiles {
  readonly rows = new Map<number, Map<number, HistoryRow>>();
  readonly written: string[] = [];
  kept: { readonly reach: Reach; readonly tag: string } | undefined;
  /** What happens when a file was written and how far the rows reach was not noted yet. */
  between: () => void = () => undefined;

  reach = async () => this.kept;
  write = async (file: number, rows: readonly HistoryRow[], how: 'add' | 'replace') => {
    this.written.push(`${how} ${file}: ${rows.length}`);
    const there = how === 'add' ? [...(this.rows.get(file)?.values() ?? [])] : [];
    this.rows.set(file, new Map([...there, ...rows].map((row) => [row.leaf_index, row])));
  };
  reached = async (reach: Reach, tag: string | undefined) => {
    this.between();
    if (this.kept?.tag !== tag) throw new Conflict('another run was faster');
    this.kept = { reach, tag: `tag of ${reach.entries}` };
    return this.kept.tag;
  };
  indexes = () => [...this.rows.values()].flatMap((file) => [...file.keys()]).toSorted((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const derive = (bundles: LogBundles, files: HistoryFiles, hasTime = () => true) =>
  deriveHistory({ bundles, files, hasTime });

describe('the derived history', () => {
  it('has a row for every entry, and says how far it reaches', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3).append('2026-11-21', 2);
    const files = new MemoryFiles();

    const derived = await derive(bundles, files);

    expect(derived).toEqual({
      entries: 5,
      until: '2026-11-21T00:01:00.000Z',
      last_bundle: bundleKey('2026-11-21', 3),
      isWhole: true,
    });
    expect(files.indexes()).toEqual(upTo(5));
    expect(files.rows.get(0)?.get(3)).toMatchObject({
      bundle_key: bundleKey('2026-11-21', 3),
      bundle_version_id: 'v1',
    });
    expect(coversOf(derived)).toEqual({ entries: 5, until: '2026-11-21T00:01:00.000Z' });
  });

  it('reaches nowhere while the log is empty', async () => {
    expect(await derive(new MemoryBundles(), new MemoryFiles())).toEqual({ ...NOTHING_YET, isWhole: true });
  });

  it('adds what is new, and looks for it from two days before the last bundle on', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3);
    const files = new MemoryFiles();
    await derive(bundles, files);
    bundles.append('2026-11-21', 1).listed.length = 0;

    expect(await derive(bundles, files)).toMatchObject({ entries: 4, isWhole: true });

    expect(files.written).toEqual(['add 0: 3', 'add 0: 1']);
    expect(bundles.listed[0]).toBe('2026-11-18');
    expect(files.indexes()).toEqual(upTo(4));
  });

  it('finds an event that was shipped late, in the bundle of its day', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3);
    const files = new MemoryFiles();
    await derive(bundles, files);
    bundles.append('2026-10-25', 1);
    expect(await derive(bundles, files)).toMatchObject({ entries: 4, until: '2026-11-20T00:02:00.000Z' });
    bundles.append('2026-01-02', 1).append('2026-11-20', 1);

    expect(await derive(bundles, files)).toMatchObject({ entries: 6, isWhole: true });
    expect(files.indexes()).toEqual(upTo(6));
  });

  it('is not made of what has no key of a bundle', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3);
    bundles.objects.set('bundles/v1/dt=2026-11-20/notes.txt', Buffer.from('?'));

    expect(await bundlesAfter(NOTHING_YET, bundles)).toEqual([bundleKey('2026-11-20', 0)]);
  });

  it('is a fault where a bundle is missing, whatever comes after it', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3).append('2026-11-20', 2, 7);
    const files = new MemoryFiles();

    await expect(derive(bundles, files)).rejects.toThrow('no bundle begins at entry 3, but the log goes on');
    expect(files.kept?.reach.entries).toBe(3);
  });

  it('is a fault where a bundle is not what its key says', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3);
    bundles.objects.set(bundleKey('2026-11-20', 0), Buffer.from('{"v":1}\n'));

    await expect(derive(bundles, new MemoryFiles())).rejects.toThrow('is not an audit event in canonical form');
    const [event] = eventFiles(eventsOn('2026-11-20', 1));
    bundles.objects.set(event?.key ?? '', event?.bytes ?? Buffer.of());
    await expect(readBundle(event?.key ?? '', bundles)).rejects.toThrow('is no bundle');
  });

  it('ends when there is no time left, and goes on from there', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3).append('2026-11-21', 2);
    const files = new MemoryFiles();

    const world = { bundles, files, hasTime: () => false };

    expect(await deriveHistory(world, 2)).toMatchObject({ entries: 3, isWhole: false });
    expect(await deriveHistory(world, 2)).toMatchObject({ entries: 5, isWhole: true });
    expect(files.indexes()).toEqual(upTo(5));
  });

  it('loses nothing to a run that is slower, and nothing to a crash before it is noted', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3);
    const files = new MemoryFiles();
    files.between = () => {
      files.between = () => undefined;
      throw new Error('crashed');
    };
    await expect(derive(bundles, files)).rejects.toThrow('crashed');
    expect(files.kept).toBeUndefined();

    // The other run has come further before this one notes how far it is.
    files.between = () => {
      files.kept = { reach: { ...NOTHING_YET, entries: 3 }, tag: 'of the other' };
    };
    await expect(derive(bundles, files)).rejects.toThrow(Conflict);
    files.between = () => undefined;
    expect(await derive(bundles, files)).toMatchObject({ entries: 3 });
    expect(files.indexes()).toEqual(upTo(3));
  });

  it('is in files of so many entries, whatever bundles they come in', async () => {
    const files = new MemoryFiles();
    const last = { entries: FILE_ENTRIES - 2, until: '', last_bundle: bundleKey('2026-11-20', 0) };
    files.kept = { reach: last, tag: 'tag' };
    const bundles = new MemoryBundles().append('2026-11-20', 5, FILE_ENTRIES - 2);

    expect(await derive(bundles, files)).toMatchObject({ entries: FILE_ENTRIES + 3 });

    expect(files.written).toEqual(['add 0: 2', 'add 1: 3']);
    expect([historyKey(0), historyKey(1)].map((key) => key.replace(/^.*\//, ''))).toEqual([
      '000000000000.parquet',
      '000000065536.parquet',
    ]);
  });
});

describe('the history made again', () => {
  it('is what the log says, and nothing else', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3).append('2026-11-21', 2);
    const files = new MemoryFiles();
    await derive(bundles, files);
    const forged = files.rows.get(0)?.get(1) ?? expect.unreachable();
    files.rows.get(0)?.set(1, { ...forged, actor_id: 'somebody else' });
    files.rows.get(0)?.set(99, { ...forged, leaf_index: 99 });

    expect(await rebuildHistory({ bundles, files })).toMatchObject({ entries: 5, isWhole: true });

    expect(files.written.at(-1)).toBe('replace 0: 5');
    expect(files.indexes()).toEqual(upTo(5));
    expect(files.rows.get(0)?.get(1)?.actor_id).toBe('assay');
  });

  it('is made file by file', async () => {
    const bundles = new MemoryBundles().append('2026-11-20', 3).append('2026-11-21', 2);
    const files: [number, number[]][] = [];
    for await (const { file, rows } of rowsOfFiles(bundles, 2)) files.push([file, rows.map((row) => row.leaf_index)]);

    expect(files).toEqual([
      [0, [0, 1]],
      [1, [2, 3]],
      [2, [4]],
    ]);
  });

  it('is nothing while the log is empty', async () => {
    const files = new MemoryFiles();

    expect(await rebuildHistory({ bundles: new MemoryBundles(), files })).toEqual({ ...NOTHING_YET, isWhole: true });
  });
});

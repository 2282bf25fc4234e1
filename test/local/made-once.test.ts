import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOnce } from '../../local/made-once.ts';

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'assay-made-once-'));
  folder = join(home, 'venv');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const current = async (): Promise<boolean> =>
  (await readFile(join(folder, 'stamp'), 'utf8').catch(() => undefined)) === 'new';

/** In two steps: whoever writes into the folder of another finds what it did not put there. */
const build =
  (maker: string) =>
  async (building: string): Promise<void> => {
    await writeFile(join(building, 'first'), maker, { flag: 'wx' });
    await sleep(1);
    expect(await readFile(join(building, 'first'), 'utf8')).toBe(maker);
    await writeFile(join(building, 'stamp'), 'new', { flag: 'wx' });
  };

const stale = async (): Promise<void> => {
  await mkdir(folder);
  await writeFile(join(folder, 'stamp'), 'old');
};

describe('a folder that several make at the same time', () => {
  it.each([
    { there: 'nothing', prepare: async () => undefined },
    { there: 'an old one', prepare: stale },
  ])('is whole and made by one of them, with $there in its place', async ({ prepare }) => {
    await prepare();

    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((maker) => makeOnce(folder, build(maker), current)));

    expect(await current()).toBe(true);
    expect(['a', 'b', 'c', 'd', 'e']).toContain(await readFile(join(folder, 'first'), 'utf8'));
    expect(await readdir(home)).toEqual(['venv']);
  });

  it('stays what it is for those who come later', async () => {
    await makeOnce(folder, build('first'), current);

    await makeOnce(folder, build('second'), current);

    expect(await readFile(join(folder, 'first'), 'utf8')).toBe('first');
  });

  it('is not there, nor half of it, when the making fails', async () => {
    const fails = makeOnce(folder, async (building) => {
      await writeFile(join(building, 'half'), '');
      throw new Error('no network');
    });

    await expect(fails).rejects.toThrow('no network');
    expect(await readdir(home)).toEqual([]);
  });
});

/** Walking a copy of the ledger: how the product reads its files, and the same with a promise for each file. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ledgerKeys, readLedger } from '../lib/cli/files/ledger-directory.ts';
import { printRatio, printTimes, rounds, roundsAsked } from './rounds.ts';

const FOLDER = join(import.meta.dirname, '..', '.local', 'bench', 'ledger-20k');
const EVENTS = 20_000;
/** About the size of an event of a stage. */
const EVENT = Buffer.alloc(1500, 0x20);

const makeFiles = async (): Promise<void> => {
  if (existsSync(join(FOLDER, 'made'))) return;
  console.log(`making ${EVENTS} files …`);
  for (let model = 0; model < 20; model += 1) {
    const folder = join(FOLDER, 'events', 'v1', 'dt=2026-11-28', `model=m${model}`);
    await mkdir(folder, { recursive: true });
    for (let seq = 1; seq <= EVENTS / 20; seq += 1) {
      await writeFile(join(folder, `${String(seq).padStart(12, '0')}.json`), EVENT);
    }
  }
  await writeFile(join(FOLDER, 'made'), '');
};

await makeFiles();
const keys = (await ledgerKeys(FOLDER)) ?? [];

const assertWhole = (bytes: number): void => {
  if (bytes !== EVENTS * EVENT.length) throw new Error(`read ${bytes} bytes`);
};

const byProduct = async (): Promise<undefined> => {
  let bytes = 0;
  for (const file of readLedger(FOLDER, keys)) bytes += file.bytes.length;
  assertWhole(bytes);
};

const byPromises = async (): Promise<undefined> => {
  let bytes = 0;
  for (const key of keys) bytes += (await readFile(join(FOLDER, key))).length;
  assertWhole(bytes);
};

// Brings the files into the page cache.
await byPromises();
const times = await rounds(roundsAsked(7), [
  { name: 'assay', run: byProduct },
  { name: 'readFile', run: byPromises },
]);
printTimes(times);
printRatio(times, 'readFile', 'assay', '≥ 3');

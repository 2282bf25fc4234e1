/** Hashing an artifact: the product's loop over a local file, and `openssl dgst -sha256` on the same file. */
import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { printTimes, ratios, rounds, roundsAsked, timing } from './rounds.ts';

const FOLDER = join(import.meta.dirname, '..', '.local', 'bench');
const FILE = join(FOLDER, 'artifact-4g.bin');
const GIGABYTES = 4;
const CHUNK = Buffer.alloc(1024 * 1024);
const run = promisify(execFile);

const makeFile = async (): Promise<void> => {
  if (existsSync(FILE) && statSync(FILE).size === GIGABYTES * 1024 ** 3) return;
  console.log(`making ${GIGABYTES} GB …`);
  await mkdir(FOLDER, { recursive: true });
  // Zeros encrypted under a fixed key: incompressible, and the same on every machine.
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  const zeros = Readable.from(Array.from({ length: GIGABYTES * 1024 }, () => CHUNK));
  await pipeline(zeros, noise, createWriteStream(`${FILE}.part`));
  await rename(`${FILE}.part`, FILE);
};

const Hashed = z.object({
  sha256: z.string(),
  milliseconds: z.number(),
  startMegabytes: z.number(),
  peakMegabytes: z.number(),
});
const added: number[] = [];
const digests = new Set<string>();

/**
 * In a process of its own, so that its memory is measured alone. Only the loop is timed, not the start of the process.
 */
const byLoop = {
  name: 'assay',
  run: async (): Promise<number> => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'hash-file.ts'), FILE]);
    const { sha256, milliseconds, startMegabytes, peakMegabytes } = Hashed.parse(JSON.parse(stdout));
    added.push(peakMegabytes - startMegabytes);
    digests.add(sha256);
    return milliseconds;
  },
};

const byOpenssl = async (): Promise<undefined> => {
  const { stdout } = await run('openssl', ['dgst', '-sha256', '-r', FILE]);
  digests.add(stdout.slice(0, 64));
};

await makeFile();
// Brings the file into the page cache, so that neither peer is a benchmark of the disk.
await byOpenssl();
const times = await rounds(roundsAsked(5), [byLoop, { name: 'openssl', run: byOpenssl }]);
if (digests.size !== 1) throw new Error(`different digests: ${[...digests].join(', ')}`);
printTimes(times);
const { min, median, max } = ratios(times, 'openssl', 'assay');
const best = timing(times['openssl'] ?? []).min / timing(times['assay'] ?? []).min;
const memory = timing(added);
console.log(
  `assay: ${median.toFixed(2)} of openssl's speed, median of rounds (${min.toFixed(2)}–${max.toFixed(2)}), ${best.toFixed(2)} of the best, target ≥ 0.9; ${GIGABYTES} GB added ${memory.min.toFixed(0)}–${memory.max.toFixed(0)} MB to the process, target ≤ 64`,
);

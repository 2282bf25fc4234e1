import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../lib/domain/instant.ts';
import { clockAhead } from '../../local/clock.ts';

it('a process is days ahead for as long as the days shall have passed, and no longer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-clock-'));
  const read = '[Date.now(), new Date().getTime(), new Date(5).getTime()]';
  const script = `const before = ${read}; require('node:fs').rmdirSync(${JSON.stringify(folder)}); console.log(JSON.stringify([before, ${read}]))`;

  const start = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, [clockAhead(2 * DAY_MS, folder), '-e', script]);

  const daysFrom = (at: number): number => Math.floor((at - start) / DAY_MS);
  const [[now, fresh, given] = [], [laterNow, laterFresh, laterGiven] = []] = JSON.parse(stdout) as number[][];
  expect([now, fresh, laterNow, laterFresh].map((at = 0) => daysFrom(at))).toEqual([2, 2, 0, 0]);
  expect([given, laterGiven]).toEqual([5, 5]);
});

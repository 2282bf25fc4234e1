import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startMinistack } from '../../local/ministack.ts';
import { freePort } from '../../local/ports.ts';

describe('the emulator', () => {
  it('names a port that is taken, and how to choose another', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const root = await mkdtemp(join(tmpdir(), 'assay-ministack-'));

    const start = startMinistack({ root, port, python: 'python-that-is-never-started' });

    await expect(start).rejects.toMatchObject({
      name: 'LocalProblem',
      message: `Port ${port} of 127.0.0.1 is taken: end that program, or choose another port with ASSAY_PORT=<port>.`,
    });
    other.close();
    await rm(root, { recursive: true });
  });

  it('shows the end of its log when it does not start', async () => {
    const root = await mkdtemp(join(tmpdir(), 'assay-ministack-'));

    const start = startMinistack({ root, port: await freePort(), python: 'false' });

    await expect(start).rejects.toThrow(/MiniStack did not start on port \d+; the last lines of .*ministack.log:/);
    await rm(root, { recursive: true });
  });
});

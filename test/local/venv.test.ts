import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureVenv } from '../../local/venv.ts';

const path = process.env['PATH'];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-venv-'));
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(root, { recursive: true, force: true });
});

describe('the Python environment', () => {
  it('says in one sentence what to install when there is no Python', async () => {
    process.env['PATH'] = root;

    const venv = ensureVenv(root);

    await expect(venv).rejects.toMatchObject({
      name: 'LocalProblem',
      message:
        'The local AWS needs Python 3.10 or newer with its venv module, and none was found: install python3 (Debian and Ubuntu: python3 and python3-venv) and run this again.',
    });
  });
});

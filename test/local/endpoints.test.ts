import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEndpoints, removeEndpoints, writeEndpoints } from '../../local/endpoints.ts';
import { someEndpoints as endpoints } from './support/some-endpoints.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'assay-endpoints-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the address of a running local AWS', () => {
  it('is read as it was written, and only by its owner', async () => {
    await writeEndpoints(home, endpoints);

    expect(await readEndpoints(home)).toEqual(endpoints);
    expect((await stat(join(home, 'endpoints.json'))).mode & 0o077).toBe(0);
  });

  it('is unknown before a start, after an end, and when the process has died', async () => {
    expect(await readEndpoints(home)).toBeUndefined();

    await writeEndpoints(home, { ...endpoints, pid: 2 ** 22 + 1 });
    expect(await readEndpoints(home)).toBeUndefined();

    await writeEndpoints(home, endpoints);
    await removeEndpoints(home);
    expect(await readEndpoints(home)).toBeUndefined();
  });

  it('is refused with an unknown key or an unknown version', async () => {
    for (const wrong of [
      { ...endpoints, more: 1 },
      { ...endpoints, schemaVersion: 2 },
    ]) {
      await writeFile(join(home, 'endpoints.json'), JSON.stringify(wrong));

      await expect(readEndpoints(home)).rejects.toThrow();
    }
  });
});

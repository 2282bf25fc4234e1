import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { duckdbVersion, layDuckdb } from '../../lib/infra/duckdb.ts';

it('the DuckDB layer holds what its functions import, and the binding of its own architecture', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-layer-'));
  const cpu = process.arch === 'arm64' ? 'arm64' : 'x64';
  try {
    layDuckdb(cpu, folder);

    const modules = join(folder, 'nodejs/node_modules');
    expect(readdirSync(join(modules, '@duckdb')).toSorted()).toEqual([
      'node-api',
      'node-bindings',
      `node-bindings-linux-${cpu}`,
    ]);
    expect(existsSync(join(modules, 'detect-libc/package.json'))).toBe(true);
    expect(duckdbVersion()).toMatch(/^\d+\.\d+\.\d+/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleHandlers } from '../../lib/infra/bundling.ts';

const directory = mkdtempSync(join(tmpdir(), 'assay-bundles-'));
const folders = bundleHandlers(directory);
const bundleOf = (folder: string) => join(directory, folder, 'index.mjs');
afterAll(() => rmSync(directory, { recursive: true }));

describe.each(folders)('the bundle of %s', (folder) => {
  it('exports its handler, and asks for nothing that the runtime and its layer do not have', () => {
    const code = readFileSync(bundleOf(folder), 'utf8');
    const imported = [
      ...code.matchAll(/(?:\bfrom|^import|[;}]import|\b__?require|\brequire)\s*\(?\s*["'](@?[\w-][^"'\s()]*)["']/g),
    ].map((it) => it[1] ?? '');
    const packages = imported.filter((name) => !name.startsWith('node:') && !isBuiltin(name));

    expect(code).toMatch(/export\{[\w$]+ as handler\}/);
    expect(packages.filter((name) => !name.startsWith('@aws-sdk/'))).toEqual([]);
  });
});

it('has the same bytes whenever and wherever it is made, so that the checkout shows which code ran', () => {
  const again = mkdtempSync(join(tmpdir(), 'assay-again-'));
  try {
    expect(bundleHandlers(again)).toEqual(folders);
    for (const folder of folders) {
      expect(readFileSync(join(again, folder, 'index.mjs')).equals(readFileSync(bundleOf(folder))), folder).toBe(true);
    }
  } finally {
    rmSync(again, { recursive: true });
  }
});

it('only the functions that read tables ask for DuckDB', () => {
  const asking = folders.filter((folder) => readFileSync(bundleOf(folder), 'utf8').includes('@duckdb/node-api'));

  expect(asking).toEqual(['derive-history', 'evaluate-bias-and-fairness', 'evaluate-safety-evaluation']);
});

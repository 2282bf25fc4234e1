import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleHandlers, bundleOptions, layHandler, PROJECT } from '../../lib/infra/bundling.ts';

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

it('has the parser of documents beside it where it is loaded when it is needed, and nowhere else', () => {
  const laid = mkdtempSync(join(tmpdir(), 'assay-laid-'));
  try {
    for (const folder of ['serve-approval', 'evaluate-model-card']) {
      mkdirSync(join(laid, folder));
      layHandler(folder, join(laid, folder));
    }

    expect(readdirSync(join(laid, 'serve-approval'))).toEqual(['index.mjs', 'yaml.cjs']);
    expect(readdirSync(join(laid, 'evaluate-model-card'))).toEqual(['index.mjs']);
  } finally {
    rmSync(laid, { recursive: true });
  }
});

it('reads documents by the parser beside it as by the one in it', async () => {
  const [when, needed] = [join(directory, 'when.mjs'), join(directory, 'within.mjs')];
  const source = join(PROJECT, 'lib/domain/evidence/documents/document.ts');
  const [within, loaded] = bundleOptions(['evaluate-model-card', 'serve-approval'], directory);
  for (const [options, outfile] of [
    [loaded, when],
    [within, needed],
  ] as const) {
    const { outdir: _, outExtension: __, ...rest } = options ?? {};
    buildSync({ ...rest, entryPoints: [source], outfile });
  }
  type Parser = Pick<typeof import('../../lib/domain/evidence/documents/document.ts'), 'parseWithFaults'>;
  const [one, other]: Parser[] = await Promise.all([import(when), import(needed)]);
  const read = (parser: Parser | undefined, text: string) => {
    try {
      return parser?.parseWithFaults(Buffer.from(text), 10_000, 'EvidenceUnreadable');
    } catch (error) {
      return String(error);
    }
  };

  for (const text of [
    '{"a": [1, "b", true]}',
    'a: &x [1]\nb: *x',
    'a: 1\na: 2',
    'a: "',
    '- - -\n{',
    '',
    'a: *gone',
    '? [k]\n: 1',
  ]) {
    expect(read(one, text), text).toEqual(read(other, text));
  }
  expect(read(one, 'a: &x [1]\nb: *x')).toEqual({ document: { a: [1], b: [1] }, faults: [] });
});

it('only the functions that read tables ask for DuckDB', () => {
  const asking = folders.filter((folder) => readFileSync(bundleOf(folder), 'utf8').includes('@duckdb/node-api'));

  expect(asking).toEqual(['derive-history', 'evaluate-bias-and-fairness', 'evaluate-safety-evaluation']);
});

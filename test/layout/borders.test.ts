import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { forbiddenImports, mayImport, ROOMS } from './floors.ts';
import { imports, importsIn } from './imports.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIOME = join(ROOT, 'node_modules/.bin/biome');

const Report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      location: z.object({ path: z.union([z.string(), z.object({ file: z.string() })]) }),
    }),
  ),
});

const folder = mkdtempSync(join(tmpdir(), 'borders-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files into a tree that has nothing but the rules of this one, and gives the rules that each breaks. */
const lint = (files: Readonly<Record<string, string>>): Map<string, string[]> => {
  for (const rules of ['biome.json', 'lib/domain/biome.json']) {
    mkdirSync(join(folder, dirname(rules)), { recursive: true });
    cpSync(join(ROOT, rules), join(folder, rules));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const report = Report.parse(JSON.parse(printed()));
  const broken = new Map<string, string[]>();
  for (const { category, location } of report.diagnostics) {
    const file = typeof location.path === 'string' ? location.path : location.path.file;
    const path = file.startsWith(folder) ? relative(folder, file) : file;
    broken.set(path, [...(broken.get(path) ?? []), category]);
  }
  return broken;
};

const printed = (): string => {
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  try {
    return execFileSync(BIOME, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    // Exit code 1: something was found.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
};

const folderOf = (room: string): string => `lib/domain/${room.replace('*', 'model-card')}`;
const fileOf = (room: string, name: string): string => `${folderOf(room)}/${name}.ts`;
const importing = (from: string, to: string): string => {
  const path = posix.relative(posix.dirname(from), to);
  return `import type { It } from '${path.startsWith('.') ? path : `./${path}`}';\nexport type Planted = It;\n`;
};

const PAIRS = ROOMS.flatMap((from) => ROOMS.filter((to) => to !== from).map((to) => ({ from, to })));
const nameOf = ({ from, to }: { from: string; to: string }): string =>
  fileOf(from, `imports-${to.replace('*', 'each').replaceAll('/', '-')}`);

const OUTSIDE = [
  '@aws-sdk/client-s3',
  'hono',
  'aws-cdk-lib',
  '@duckdb/node-api',
  '@aws-lambda-powertools/logger',
  'node:fs',
  'node:timers',
] as const;
const IMPURE = ['Date.now()', 'globalThis.Date', 'performance.now()', 'process.env', 'fetch', 'crypto', 'setTimeout'];
const ELSEWHERE = ['adapters', 'runtime', 'web', 'cli', 'infra'] as const;

/** The table as any Lambda could write it, and with the rights of one. */
const STORES = ['adapters/dynamodb-release-store.ts', 'runtime/release-store.ts'] as const;

let broken: Map<string, string[]>;

beforeAll(() => {
  const files: Record<string, string> = {};
  for (const pair of PAIRS) files[nameOf(pair)] = importing(nameOf(pair), fileOf(pair.to, 'it'));
  for (const room of ROOMS) {
    for (const [index, name] of OUTSIDE.entries()) {
      files[fileOf(room, `outside-${index}`)] = `import type { It } from '${name}';\nexport type Planted = It;\n`;
    }
    for (const name of ELSEWHERE) {
      files[fileOf(room, `elsewhere-${name}`)] = importing(fileOf(room, 'x'), `lib/${name}/it.ts`);
    }
    files[fileOf(room, 'refuses')] = importing(fileOf(room, 'x'), 'lib/domain/refusal.ts');
  }
  files['lib/domain/checks/model-card/other-stage.ts'] =
    "import type { It } from '../data-provenance/it.ts';\nexport type Planted = It;\n";
  files['lib/domain/checks/model-card/all-checks.ts'] =
    "import type { It } from '../known-checks.ts';\nexport type Planted = It;\n";
  for (const [name, path] of Object.entries({
    history: '../history.ts',
    other: './other-rule.ts',
    gate: '../../gate/gate.ts',
  })) {
    files[`lib/domain/audit/rules/imports-${name}.ts`] =
      `import type { It } from '${path}';\nexport type Planted = It;\n`;
  }
  for (const [index, use] of IMPURE.entries()) {
    files[`lib/domain/gate/impure-${index}.ts`] = `export const planted = () => ${use};\n`;
  }
  for (const store of STORES) {
    files[`lambdas/serve-api/${posix.dirname(store)}.ts`] = importing('lambdas/serve-api/x', `lib/${store}`);
  }
  files['lib/domain/policy/one.ts'] = "import type { Two } from './two.ts';\nexport type One = { two?: Two };\n";
  files['lib/domain/policy/two.ts'] = "import type { One } from './one.ts';\nexport type Two = { one?: One };\n";
  broken = lint(files);
});

const IMPORTS = 'lint/style/noRestrictedImports';

describe('the floors of the domain', () => {
  it.each(PAIRS.filter(({ from, to }) => !mayImport(from, to)))('refuse that $from imports from $to', (pair) => {
    expect(broken.get(nameOf(pair))).toContain(IMPORTS);
  });

  it.each(PAIRS.filter(({ from, to }) => mayImport(from, to)))('allow that $from imports from $to', (pair) => {
    expect(broken.get(nameOf(pair))).toBeUndefined();
  });

  it.each(ROOMS)('keep AWS, frameworks and the rest of the product out of %s', (room) => {
    for (const index of OUTSIDE.keys()) expect(broken.get(fileOf(room, `outside-${index}`))).toContain(IMPORTS);
    for (const name of ELSEWHERE) expect(broken.get(fileOf(room, `elsewhere-${name}`))).toContain(IMPORTS);
    expect(broken.get(fileOf(room, 'refuses'))).toBeUndefined();
  });

  it('keep a check apart from other stages, and from the list of all checks', () => {
    expect(broken.get('lib/domain/checks/model-card/other-stage.ts')).toContain(IMPORTS);
    expect(broken.get('lib/domain/checks/model-card/all-checks.ts')).toContain(IMPORTS);
  });

  it('keep a rule of the replay apart from other rules, and from what it judges', () => {
    expect(broken.get('lib/domain/audit/rules/imports-other.ts')).toContain(IMPORTS);
    expect(broken.get('lib/domain/audit/rules/imports-gate.ts')).toContain(IMPORTS);
    expect(broken.get('lib/domain/audit/rules/imports-history.ts')).toBeUndefined();
  });

  it('refuse a circle of files, also of types alone', () => {
    expect(broken.get('lib/domain/policy/one.ts')).toContain('lint/suspicious/noImportCycles');
  });
});

describe('a domain without surroundings', () => {
  it.each(IMPURE.map((use, index) => ({ use, index })))('refuses $use', ({ index }) => {
    expect(broken.get(`lib/domain/gate/impure-${index}.ts`)).toContain('lint/style/noRestrictedGlobals');
  });

  // No rule of the lint looks at members, or at the names that are imported.
  const RANDOM =
    /\bMath\s*(?:\.\s*random|\[)|\brandom(?:UUID|Bytes|Int|Fill(?:Sync)?)\b|\bgenerateKey|\bas \w+ from 'node:|\bimport \w+ from 'node:/;

  it.each([
    'Math.random()',
    "Math['random']()",
    "import { randomUUID } from 'node:crypto';",
    "import * as hashing from 'node:crypto';",
    "import hashing from 'node:crypto';",
  ])('knows %s as randomness, or as what can hide it', (text) => {
    expect(text).toMatch(RANDOM);
  });

  it('has no randomness', () => {
    const sources = [...imports().keys()].filter((file) => file.startsWith('lib/domain/'));

    expect(sources.length).toBeGreaterThan(200);
    expect(sources.filter((file) => RANDOM.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });
});

describe('a Lambda', () => {
  it('takes the store with its rights, and no other', () => {
    expect(broken.get('lambdas/serve-api/adapters.ts')).toContain(IMPORTS);
    expect(broken.get('lambdas/serve-api/runtime.ts')).toBeUndefined();
  });
});

/** The lint compares how a path is spelt, and does not look into every place where one can stand. */
describe('a border that is crossed by another spelling', () => {
  const file = 'lib/domain/signing/planted.ts';

  it.each([
    "import { It } from './../policy/it.ts';",
    "export * from '.././policy/it.ts';",
    "import type { It } from '../ledger/../policy/it.ts';",
    "import '../policy/it.ts';",
    "export type It = import('../policy/it.ts').It;",
    'export const it = () => import(`../policy/it.ts`);',
    "export const it = require('../policy/it.ts');",
  ])('is found: %s', (text) => {
    expect(forbiddenImports(file, importsIn(file, text))).toEqual(['lib/domain/policy/it.ts']);
  });

  it('is not there', () => {
    const crossed = [...imports()].flatMap(([from, targets]) =>
      from.startsWith('lib/domain/') ? forbiddenImports(from, targets).map((to) => ({ from, to })) : [],
    );

    // The one list of all checks stands among what they share.
    expect(crossed.filter(({ from }) => from !== 'lib/domain/checks/known-checks.ts')).toEqual([]);
  });
});

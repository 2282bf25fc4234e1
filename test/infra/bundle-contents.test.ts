import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CHECKS } from '../../lib/domain/checks/known-checks.ts';
import { handlerFolders, PROJECT } from '../../lib/infra/bundling.ts';
import { type Bundle, type Bundler, saysSomething, startBundler } from './bundles.ts';

/**
 * A step judges nothing, a stage runs checks (its own or custom ones), and releases and people come in by a door. One sends, and
 * has the client of Slack (ADR 0060); one decides; one reads the reports of monitors; one renews approvals and
 * one orders deployments, which they judge by the whole policy.
 */
const Kind = z.enum(['step', 'sender', 'sweep', 'monitor', 'renewer', 'stage', 'door', 'console', 'decider']);
const Limits = z.strictObject({
  maxKilobytes: z.record(z.enum([...Kind.options, 'library']), z.int()),
  /** The Lambdas that read documents of people and tools, and so need a parser. */
  readersOfDocuments: z.array(z.string()),
  lambdas: z.record(z.string(), Kind),
});
const LIMITS = Limits.parse(JSON.parse(readFileSync(new URL('bundle-limits.json', import.meta.url), 'utf8')));
const KILOBYTE = 1024;

const FOLDERS = handlerFolders();
const STAGES = FOLDERS.filter((folder) => LIMITS.lambdas[folder] === 'stage');

let bundler: Bundler;
let made: ReadonlyMap<string, Bundle>;
beforeAll(async () => {
  bundler = await startBundler();
  made = await bundler.bundles();
});
afterAll(() => bundler.end());
const bundleOf = (folder: string): Bundle => made.get(folder) ?? expect.unreachable(`there is no bundle of ${folder}`);

/** The files of checks in a bundle, with everything else in the folder of a stage. */
const checkFilesOf = (folder: string): string[] =>
  Object.keys(bundleOf(folder).inputs)
    .filter((file) => /^lib\/domain\/checks\/[^/]+\//.test(file))
    .sort();

/** The folder of checks of a stage's Lambda. */
const ownChecks = (folder: string): string => `lib/domain/checks/${folder.replace(/^evaluate-/, '')}`;

/** The stage that invokes the users' Lambdas has no checks of ours. */
const ASKING = 'evaluate-custom-checks';
const CHECKING = STAGES.filter((folder) => folder !== ASKING);

/** How many bytes each package adds. */
const librariesOf = (folder: string): Map<string, number> => {
  const sizes = new Map<string, number>();
  for (const [file, bytes] of Object.entries(bundleOf(folder).inputs)) {
    const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (library !== undefined) sizes.set(library, (sizes.get(library) ?? 0) + bytes);
  }
  return sizes;
};

it('the table of limits has every Lambda, and no other', () => {
  expect(Object.keys(LIMITS.lambdas).sort()).toEqual([...FOLDERS].sort());
});

describe.each(FOLDERS)('the bundle of %s', (folder) => {
  it('is as small as its kind has to be', () => {
    expect(bundleOf(folder).bytes).toBeLessThanOrEqual(
      LIMITS.maxKilobytes[LIMITS.lambdas[folder] ?? 'step'] * KILOBYTE,
    );
  });

  it('has no library that would need a Lambda of its own', () => {
    const large = [...librariesOf(folder)].filter(([, bytes]) => bytes > LIMITS.maxKilobytes.library * KILOBYTE);

    expect(large).toEqual([]);
  });

  it('has the parser of documents only if it reads any, and loads it when it does unless it attests', () => {
    const files = Object.keys(bundleOf(folder).inputs);
    const [isIn, isLoaded] = [librariesOf(folder).has('yaml'), files.includes('lib/infra/yaml-when-needed.mjs')];

    expect(isIn || isLoaded).toBe(LIMITS.readersOfDocuments.includes(folder));
    expect(isIn && !STAGES.includes(folder)).toBe(false);
    expect(isLoaded && STAGES.includes(folder)).toBe(false);
  });
});

it('the client of Slack is in the bundle that sends messages, and in no other', () => {
  expect(FOLDERS.filter((folder) => librariesOf(folder).has('@slack/web-api'))).toEqual(['dispatch-outbox']);
});

describe('the checks', () => {
  it.each(FOLDERS.filter((folder) => !CHECKING.includes(folder)))('are none in %s, which makes none', (folder) => {
    expect(checkFilesOf(folder)).toEqual([]);
  });

  it.each(CHECKING)('in %s are all those of its own stage, and no others', (folder) => {
    const own = readdirSync(join(PROJECT, ownChecks(folder))).map((file) => `${ownChecks(folder)}/${file}`);

    expect(checkFilesOf(folder)).toEqual(own.sort());
  });

  it('are all in a bundle', () => {
    const files = CHECKING.flatMap(checkFilesOf);
    const missing = CHECKS.filter(
      ({ name }) => !files.some((file) => file.endsWith(`/${name.replaceAll('_', '-')}.ts`)),
    );

    expect(missing).toEqual([]);
  });

  it('change the code of their own stage alone, by one word in one of them', async () => {
    const folder = 'evaluate-model-card';
    const file = checkFilesOf(folder).find(saysSomething);

    const reworded = await bundler.bundles(file);

    const changed = FOLDERS.filter((name) => reworded.get(name)?.sha256 !== made.get(name)?.sha256);
    expect(changed).toEqual([folder]);
  });
});

it('no module is imported for what it does: esbuild would leave it out, as package.json allows', () => {
  const files = ['lib', 'lambdas'].flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(PROJECT, folder, file)),
  );

  expect(files.filter((file) => /^import ['"]/m.test(readFileSync(file, 'utf8')))).toEqual([]);
});

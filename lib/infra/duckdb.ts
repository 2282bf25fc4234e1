import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PROJECT } from './bundling.ts';

const MODULES = join(PROJECT, 'node_modules');
const CACHE = join(MODULES, '.cache/assay');

export const NODE_API = join(MODULES, '@duckdb/node-api');

export type Cpu = 'arm64' | 'x64';

const Package = z.object({ version: z.string() });
const Packed = z.array(z.object({ filename: z.string() })).length(1);

/** The version that package.json names, since that is the one installed. */
export const duckdbVersion = (): string =>
  Package.parse(JSON.parse(readFileSync(join(NODE_API, 'package.json'), 'utf8'))).version;

/** Lays out the JavaScript of DuckDB and the binding for one architecture as a Lambda layer requires. */
export const layDuckdb = (cpu: Cpu, directory: string): void => {
  const binding = `@duckdb/node-bindings-linux-${cpu}`;
  const sources = ['@duckdb/node-api', '@duckdb/node-bindings', 'detect-libc'].map((name) => join(MODULES, name));
  const layer = join(directory, 'nodejs/node_modules');
  for (const source of [...sources, bindingFolder(binding)]) {
    if (!existsSync(source)) throw new Error(`could not build the DuckDB layer: ${source} is missing, run npm ci`);
  }
  for (const source of sources) cpSync(source, join(layer, source.slice(MODULES.length)), { recursive: true });
  cpSync(bindingFolder(binding), join(layer, binding), { recursive: true });
};

/** The binding for this machine's own architecture is installed. For another one it is downloaded once and kept. */
const bindingFolder = (binding: string): string => {
  const installed = join(MODULES, binding);
  if (existsSync(installed)) return installed;
  const kept = join(CACHE, `${binding.replace('/', '+')}-${duckdbVersion()}`);
  if (!existsSync(kept)) fetchPackage(`${binding}@${duckdbVersion()}`, kept);
  return kept;
};

/** `npm pack` downloads a package for any architecture, and checks it against the digest in the registry. */
const fetchPackage = (specifier: string, folder: string): void => {
  mkdirSync(CACHE, { recursive: true });
  const building = mkdtempSync(`${folder}.`);
  try {
    const [packed] = Packed.parse(
      JSON.parse(run('npm', ['pack', specifier, '--json', '--pack-destination', building])),
    );
    run('tar', ['-xzf', join(building, packed?.filename ?? ''), '-C', building]);
    renameSync(join(building, 'package'), folder);
  } catch (cause) {
    if (existsSync(folder)) return;
    throw new Error(`could not fetch ${specifier}: deploy with -c architecture= of another kind, or try again online`, {
      cause,
    });
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
};

const run = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

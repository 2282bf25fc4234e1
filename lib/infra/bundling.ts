import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

/** The root of the project. Handlers, machines and policies are found from here, in whatever folder synth runs. */
export const PROJECT = join(import.meta.dirname, '../..');

const LAMBDAS = join(PROJECT, 'lambdas');

/**
 * ADR 0004: the Lambda runtime has the AWS SDK, and a layer brings DuckDB to the functions that count predictions. Of
 * the SDK the runtime exposes `@aws-sdk/*` only: a handler that imports `@smithy/*` has to bundle it.
 */
const EXTERNAL = ['@aws-sdk/*', '@duckdb/*'];

/** The same parser as ES modules: esbuild drops what is not imported, which halves its size. */
const YAML = join(PROJECT, 'node_modules/yaml/browser/dist/index.js');
/** The parser that is loaded when the first document is read, and the file that it is loaded from. */
const YAML_WHEN_NEEDED = join(import.meta.dirname, 'yaml-when-needed.mjs');
const YAML_FILE = 'yaml.cjs';

/** A stage attests which code judged by the digest of its one file, so all of its code is in it. */
const isStage = (folder: string): boolean => folder.startsWith('evaluate-') && folder !== 'evaluate-gate';

/** A few packages are CommonJS inside, and call `require` for Node's built-in modules. */
const BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

export const handlerFolder = (folder: string): string => join(LAMBDAS, folder);

export const handlerFolders = (): string[] =>
  readdirSync(LAMBDAS).filter((folder) => existsSync(join(LAMBDAS, folder, 'handler.ts')));

/** How each handler is bundled with its imports into `<folder>/index.mjs`: many in one go, so shared files are read once. */
export const bundleOptions = (folders: readonly string[], directory: string) => [
  optionsOf(folders.filter(isStage), directory, YAML),
  optionsOf(
    folders.filter((folder) => !isStage(folder)),
    directory,
    YAML_WHEN_NEEDED,
  ),
];

const SMALL = { bundle: true, minify: true, platform: 'node', target: 'node24', logLevel: 'warning' } as const;

const optionsOf = (folders: readonly string[], directory: string, yaml: string) =>
  ({
    ...SMALL,
    absWorkingDir: PROJECT,
    entryPoints: Object.fromEntries(folders.map((folder) => [`${folder}/index`, join(LAMBDAS, folder, 'handler.ts')])),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    alias: { yaml },
    banner: { js: BANNER },
    charset: 'utf8',
    legalComments: 'none',
  }) satisfies BuildOptions;

export const bundleHandlers = (directory: string): string[] => {
  const folders = handlerFolders();
  for (const options of bundleOptions(folders, directory)) buildSync(options);
  buildSync({
    ...SMALL,
    entryPoints: [YAML],
    outfile: join(directory, YAML_FILE),
    format: 'cjs',
    legalComments: 'none',
  });
  return folders;
};

/** The SQL of the questions, in the project. */
export const QUESTIONS_SQL = 'lib/domain/questions/sql';
/** Where a handler that asks questions finds their SQL, beside its bundle. */
export const SQL_FOLDER = 'sql';
/** The document that describes the API, in the project, and where the handler that serves it finds it. */
export const OPENAPI = 'docs/openapi';
export const OPENAPI_FOLDER = 'openapi';
/** What handlers read besides their bundle: a folder of the project, under a name of its own. */
const FURTHER_FOLDERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'serve-api': { [OPENAPI_FOLDER]: OPENAPI },
  'serve-questions': { [SQL_FOLDER]: QUESTIONS_SQL },
};

/** Copies the bundle of one handler into a folder, with what it reads besides. The first call bundles all handlers. */
export const layHandler = (folder: string, directory: string): void => {
  bundles ??= temporaryBundles();
  const bundle = join(bundles, folder, 'index.mjs');
  copyFileSync(bundle, join(directory, 'index.mjs'));
  if (readFileSync(bundle, 'utf8').includes(YAML_FILE))
    copyFileSync(join(bundles, YAML_FILE), join(directory, YAML_FILE));
  for (const [name, source] of Object.entries(FURTHER_FOLDERS[folder] ?? {})) {
    cpSync(join(PROJECT, source), join(directory, name), { recursive: true });
  }
};

let bundles: string | undefined;

const temporaryBundles = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'assay-bundles-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  bundleHandlers(directory);
  return directory;
};

import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The root of the project: handlers, machines and policies are found from here, whatever folder synth runs in. */
export const PROJECT = join(import.meta.dirname, '../..');

/** ADR 0004: the runtime brings the AWS SDK, and a layer brings DuckDB to the one function that needs it. */
const EXTERNAL = ['@aws-sdk/*', '@smithy/*', '@duckdb/*'];

/** A few packages are CommonJS inside and call `require` for Node's own modules. */
const BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

export const handlerFolder = (folder: string): string => join(PROJECT, 'lambdas', folder);

/** Makes one `index.mjs` of a handler and all it imports. Synth and the test of bundle sizes both come here. */
export const bundleHandler = (folder: string, outputDirectory: string): void => {
  buildSync({
    absWorkingDir: PROJECT,
    entryPoints: [join(handlerFolder(folder), 'handler.ts')],
    outfile: join(outputDirectory, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    banner: { js: BANNER },
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
};

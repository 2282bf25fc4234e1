/** The commands that each Lambda can send: those in its bundle. What nothing calls, esbuild leaves out. */
import { buildSync } from 'esbuild';
import { bundleOptions, handlerFolders } from '../../lib/infra/bundling.ts';

export type Bundled = {
  /** By service and name, such as `s3 GetObject`. */
  readonly commands: ReadonlySet<string>;
  readonly code: string;
};

/** The bundles as they are deployed, but with the names of their source. */
export const bundledCommands = (): ReadonlyMap<string, Bundled> => {
  const unminified = { minify: false, minifyWhitespace: true, minifySyntax: true, write: false } as const;
  const files = bundleOptions(handlerFolders(), '/bundles').flatMap(
    (options) => buildSync({ ...options, ...unminified }).outputFiles,
  );
  return new Map(
    files.map(({ path, text }) => {
      const [, folder = ''] = /([^/]+)\/index\.mjs$/.exec(path) ?? [];
      return [folder, { commands: new Set(commandsIn(text)), code: text }];
    }),
  );
};

/** An import stays whole while its file is used, so only a command that is also made counts. */
const commandsIn = (code: string): string[] =>
  [...code.matchAll(/import\{([^}]*)\}from"@aws-sdk\/(?:client|lib)-([a-z0-9-]+)"/g)].flatMap(
    ([, imported = '', service]) =>
      imported
        .split(',')
        .map((part) => part.split(' as '))
        .filter(([name = '', alias = name]) => name.endsWith('Command') && code.includes(`new ${alias}(`))
        .map(([name = '']) => `${service} ${name.slice(0, -'Command'.length)}`),
  );

/** The bundles of all Lambdas, made in memory with the same options as at synth. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { context, type OutputFile, type Plugin } from 'esbuild';
import * as z from 'zod';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { bundleOptions, handlerFolders, PROJECT } from '../../lib/infra/bundling.ts';

export type Bundle = {
  readonly bytes: number;
  readonly sha256: string;
  /** How many bytes each file brings, by its path from the root of the project. */
  readonly inputs: Readonly<Record<string, number>>;
};
type Bundles = ReadonlyMap<string, Bundle>;

const Outputs = z.record(
  z.string(),
  z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
);

export type Bundler = {
  /** The bundle of each Lambda by its folder, with a word of one file changed if one is given. */
  readonly bundles: (changed?: string) => Promise<Bundles>;
  readonly end: () => Promise<void>;
};

/** Files are parsed once, however often the bundles are made. */
export const startBundler = async (): Promise<Bundler> => {
  let changedFile: string | undefined;
  const contexts = await Promise.all(
    bundleOptions(handlerFolders(), '/bundles').map((options) =>
      context({ ...options, write: false, metafile: true, plugins: [changingOneWord(() => changedFile)] }),
    ),
  );
  return {
    bundles: async (changed) => {
      changedFile = changed;
      const made = await Promise.all(contexts.map((esbuild) => esbuild.rebuild()));
      return new Map(made.flatMap(({ outputFiles, metafile }) => bundlesIn(outputFiles ?? [], metafile?.outputs)));
    },
    end: async () => {
      await Promise.all(contexts.map((esbuild) => esbuild.dispose()));
    },
  };
};

const bundlesIn = (files: readonly OutputFile[], made: unknown): [string, Bundle][] => {
  const outputs = Object.entries(Outputs.parse(made));
  return files.map(({ path, contents }) => {
    const [, folder = ''] = /([^/]+)\/index\.mjs$/.exec(path) ?? [];
    const [, output] = outputs.find(([name]) => name.endsWith(`/${folder}/index.mjs`)) ?? [];
    const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const ofFiles = Object.fromEntries(inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput]));
    return [folder, { bytes: contents.length, sha256: sha256(contents), inputs: ofFiles }];
  });
};

/** The first word of the first sentence that a check says. */
const SENTENCE = /(?<=['`])[A-Z][a-z]+(?= [a-z])/;

export const saysSomething = (file: string): boolean => SENTENCE.test(readFileSync(join(PROJECT, file), 'utf8'));

const changingOneWord = (file: () => string | undefined): Plugin => ({
  name: 'changing one word',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/lib\/domain\/checks\/.+\.ts$/ }, ({ path }) => {
      const changed = file();
      if (changed === undefined || path !== join(PROJECT, changed)) return undefined;
      const source = readFileSync(path, 'utf8');
      return { contents: source.replace(SENTENCE, 'Reworded'), loader: 'ts' };
    });
  },
});

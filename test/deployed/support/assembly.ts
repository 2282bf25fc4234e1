/** The app, synthesized once for all deployments: they differ only in the address that links begin with. */
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Assemble, assembleIn, LOCAL_CONTEXT } from '../../../local/synth.ts';
import { announce, awaitReady } from './ready.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly assembly: string;
  }
}

const root = join(import.meta.dirname, '../../..');

/** Stands in the shared template where a deployment has its own address. */
const ANY_ADDRESS = 'https://the-address-of-a-deployment.invalid';

/** All projects that deploy load this file; Vitest runs their setups in one process. */
const shared: typeof globalThis & { assayAssembly?: Promise<unknown> } = globalThis;

export const assemblyFolder = join(root, '.local', `test-assembly-${process.pid}`);

/** Awaits nothing: the tests that need no deployment run meanwhile. */
export default (project: TestProject): (() => Promise<void>) => {
  shared.assayAssembly ??= announce(assemblyFolder, () => assembleIn(root, assemblyFolder)(ANY_ADDRESS));
  project.provide('assembly', assemblyFolder);
  return async () => {
    await shared.assayAssembly;
    await rm(assemblyFolder, { recursive: true, force: true });
  };
};

/** The shared assembly with the address of a deployment: its templates are written to `directory`, its assets linked. */
export const sharedAssembly =
  (folder: string, directory: string): Assemble =>
  async (publicBaseUrl) => {
    const assembly = await awaitReady<string>(folder);
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(assembly)) {
      const path = join(assembly, name);
      // Only the stack that is deployed here has links.
      if (!name.endsWith(`assay-${LOCAL_CONTEXT.environment}.template.json`))
        await symlink(path, join(directory, name));
      else await writeFile(join(directory, name), withAddress(await readFile(path, 'utf8'), publicBaseUrl));
    }
    return directory;
  };

const withAddress = (template: string, publicBaseUrl: string): string => {
  if (!template.includes(ANY_ADDRESS)) throw new Error('the template does not have the address that links begin with');
  return template.replaceAll(ANY_ADDRESS, publicBaseUrl);
};

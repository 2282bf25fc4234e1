/** The app, synthesized once for all deployments: they differ only in the address that links begin with. */
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { SlackSecrets } from '../../../local/slack/secrets.ts';
import { type Assemble, assembleIn, LOCAL_CONTEXT, type Place } from '../../../local/synth.ts';
import { announce, awaitReady } from './ready.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly assembly: string;
  }
}

const root = join(import.meta.dirname, '../../..');

/** Stands in the shared template where a deployment has its own address. */
const ANY_ADDRESS = 'https://the-address-of-a-deployment.invalid';
const ANY_SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:of-a-deployment';
const ANY_SLACK: SlackSecrets = {
  slackTokenSecretArn: `${ANY_SECRET}/token-AbCdEf`,
  slackSigningSecretArn: `${ANY_SECRET}/signing-AbCdEf`,
};

/** All projects that deploy load this file; Vitest runs their setups in one process. */
const shared: typeof globalThis & { assayAssembly?: Promise<unknown> } = globalThis;

export const assemblyFolder = join(root, '.local', `test-assembly-${process.pid}`);

/** Awaits nothing: the tests that need no deployment run meanwhile. */
export default (project: TestProject): (() => Promise<void>) => {
  shared.assayAssembly ??= announce(assemblyFolder, () =>
    assembleIn(root, assemblyFolder)({ publicBaseUrl: ANY_ADDRESS, slack: ANY_SLACK }),
  );
  project.provide('assembly', assemblyFolder);
  return async () => {
    await shared.assayAssembly;
    await rm(assemblyFolder, { recursive: true, force: true });
  };
};

/** The shared assembly with the address and the secrets of a deployment: its templates are written to `directory`, its assets linked. */
export const sharedAssembly =
  (folder: string, directory: string): Assemble =>
  async (place) => {
    const assembly = await awaitReady<string>(folder);
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(assembly)) {
      const path = join(assembly, name);
      // Only the stack that is deployed here has links.
      if (!name.endsWith(`assay-${LOCAL_CONTEXT.environment}.template.json`))
        await symlink(path, join(directory, name));
      else await writeFile(join(directory, name), inPlace(await readFile(path, 'utf8'), place));
    }
    return directory;
  };

const inPlace = (template: string, { publicBaseUrl, slack }: Place): string => {
  if (slack === undefined) throw new Error('the template has Slack on, and the deployment has none');
  const places = [
    [ANY_ADDRESS, publicBaseUrl],
    [ANY_SLACK.slackTokenSecretArn, slack.slackTokenSecretArn],
    [ANY_SLACK.slackSigningSecretArn, slack.slackSigningSecretArn],
  ] as const;
  return places.reduce((text, [any, own]) => {
    if (!text.includes(any)) throw new Error(`the template does not have ${any}`);
    return text.replaceAll(any, own);
  }, template);
};

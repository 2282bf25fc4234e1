/** One deployment for all files of the suite: free ports, and a home of its own beside that of `npm start`. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startDeployment } from '../../../local/deployment.ts';
import type { LocalEndpoints } from '../../../local/endpoints.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly home: string;
    readonly endpoints: LocalEndpoints;
  }
}

const root = join(import.meta.dirname, '../../..');
const home = join(root, '.local', `test-deployed-${process.pid}`);

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const lines: string[] = [];
  const deployment = await startDeployment({
    root,
    home,
    port: 0,
    sagemakerPort: 0,
    publicPort: 0,
    // The machines wait a tenth of what they say, and endpoints come into service sooner than they are asked again.
    environment: { SFN_WAIT_SCALE: '0.1' },
    sagemaker: { delayMs: 200 },
    onProgress: (line) => lines.push(line),
  }).catch(async (error) => {
    await rm(home, { recursive: true, force: true });
    throw new Error(`could not deploy for the tests, after:\n${lines.join('\n')}`, { cause: error });
  });
  project.provide('home', home);
  project.provide('endpoints', deployment.endpoints);
  return async () => {
    await deployment.stop();
    // The home goes, the emulator's log stays to be read.
    await copyFile(deployment.aws.logFile, join(root, '.local', 'test-deployed.log'));
    await rm(home, { recursive: true, force: true });
  };
};

/** One deployment for all files of both suites: free ports, and a home of its own beside that of `npm start`. */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Deployment, startDeployment } from '../../../local/deployment.ts';
import { type Ready, readyFile } from './ready.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly home: string;
  }
}

const root = join(import.meta.dirname, '../../..');
const home = join(root, '.local', `test-deployed-${process.pid}`);

/** Both projects that use the deployment load this file; Vitest runs their setups in one process. */
const shared: typeof globalThis & { assayDeployment?: Promise<Deployment | undefined> } = globalThis;

/** Awaits nothing: the tests that need no deployment run while it is made. Those that do wait for the file. */
export default (project: TestProject): (() => Promise<void>) => {
  shared.assayDeployment ??= deployAndSay();
  project.provide('home', home);
  return stop;
};

const deployAndSay = async (): Promise<Deployment | undefined> => {
  try {
    const deployment = await start();
    await say({ endpoints: deployment.endpoints });
    return deployment;
  } catch (error) {
    await say({ failure: error instanceof Error ? `${error.message}\n${error.cause}` : String(error) });
    return undefined;
  }
};

/** Written whole or not at all, because workers look for it meanwhile. */
const say = async (ready: Ready): Promise<void> => {
  await mkdir(home, { recursive: true });
  await writeFile(`${readyFile(home)}.part`, JSON.stringify(ready));
  await rename(`${readyFile(home)}.part`, readyFile(home));
};

const start = async (): Promise<Deployment> => {
  const lines: string[] = [];
  try {
    return await startDeployment({
      root,
      home,
      port: 0,
      sagemakerPort: 0,
      publicPort: 0,
      environment: {
        // Machines wait a tenth of their time, and endpoints come into service before they are polled again.
        SFN_WAIT_SCALE: '0.1',
        // Several files call at once, and warm Lambdas cost less memory than starting new ones costs time.
        LAMBDA_ACCOUNT_CONCURRENCY: '80',
        LAMBDA_WARM_TTL_SECONDS: '120',
      },
      sagemaker: { delayMs: 200 },
      onProgress: (line) => lines.push(line),
    });
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`could not deploy for the tests, after:\n${lines.join('\n')}`, { cause });
  }
};

const stop = async (): Promise<void> => {
  const started = shared.assayDeployment;
  delete shared.assayDeployment;
  if (started === undefined) return;
  const deployment = await started;
  if (deployment !== undefined) {
    await deployment.stop();
    // The home goes, the emulator's log stays to be read.
    await copyFile(deployment.aws.logFile, join(root, '.local', 'test-deployed.log'));
  }
  await rm(home, { recursive: true, force: true });
};

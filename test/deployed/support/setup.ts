/** One deployment for all files of both suites: free ports, and a home of its own beside that of `npm start`. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Deployment, startDeployment } from '../../../local/deployment.ts';
import type { LocalEndpoints } from '../../../local/endpoints.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly home: string;
    readonly endpoints: LocalEndpoints;
  }
}

const root = join(import.meta.dirname, '../../..');
const home = join(root, '.local', `test-deployed-${process.pid}`);

/** Both projects that use the deployment load this file; Vitest runs their setups in one process. */
const shared: typeof globalThis & { assayDeployment?: Promise<Deployment> } = globalThis;

export default async (project: TestProject): Promise<() => Promise<void>> => {
  shared.assayDeployment ??= start();
  const { endpoints } = await shared.assayDeployment;
  project.provide('home', home);
  project.provide('endpoints', endpoints);
  return stop;
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
  await deployment.stop();
  // The home goes, the emulator's log stays to be read.
  await copyFile(deployment.aws.logFile, join(root, '.local', 'test-deployed.log'));
  await rm(home, { recursive: true, force: true });
};

/** A deployment for all files of a project: free ports, and a home of its own beside that of `npm start`. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Deployment, startDeployment } from '../../../local/deployment.ts';
import { rowsAsInLedger } from '../../../local/ledger-and-table.ts';
import { ensureVenv } from '../../../local/venv.ts';
import { readRecording } from '../../support/modelled-requests.ts';
import { recordedIn, requestsOf } from '../../support/record-requests.ts';
import { assemblyFolder, sharedAssembly } from './assembly.ts';
import { notedChanges } from './past-assay.ts';
import { announce } from './ready.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly home: string;
  }
}

const root = join(import.meta.dirname, '../../..');

/** All projects that deploy load this file; the Python environment is made once for all of them. */
const shared: typeof globalThis & { assayVenv?: Promise<string> } = globalThis;

/** Awaits nothing: the tests that need no deployment run while it is made. Those that do wait for its endpoints. */
export default (project: TestProject): (() => Promise<void>) => {
  const home = join(root, '.local', `test-${project.name}-${process.pid}`);
  let deployment: Deployment | undefined;
  const announced = announce(home, async () => {
    deployment = await start(home);
    return deployment.endpoints;
  });
  project.provide('home', home);
  return async () => {
    await announced;
    try {
      if (deployment !== undefined) await endOf(project.name, deployment);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };
};

/** Whatever the files tested, the run fails if what they leave does not hold. */
const endOf = async (name: string, { home, aws, endpoints, stop }: Deployment): Promise<void> => {
  try {
    // Every row is made again by the ledger alone, but for those that a test changed past the product. One file may have run alone.
    await rowsAsInLedger(endpoints, { atLeast: 2, changedPastAssay: await notedChanges(home) });
  } finally {
    await stop();
    // The home goes, the emulator's log stays to be read.
    await copyFile(aws.logFile, join(root, '.local', `test-${name}.log`));
  }
  await refuseWhatAwsRefuses(home);
};

const start = async (home: string): Promise<Deployment> => {
  const lines: string[] = [];
  try {
    shared.assayVenv ??= ensureVenv(root);
    await shared.assayVenv;
    return await startDeployment({
      root,
      home,
      port: 0,
      sagemakerPort: 0,
      slackPort: 0,
      publicPort: 0,
      environment: {
        // Machines wait a tenth of their time, and endpoints come into service before they are polled again.
        SFN_WAIT_SCALE: '0.1',
        // Several files call at once, and warm Lambdas cost less memory than starting new ones costs time.
        LAMBDA_ACCOUNT_CONCURRENCY: '80',
        LAMBDA_WARM_TTL_SECONDS: '120',
        ...recordedIn(requestsOf(home)),
      },
      sagemaker: { delayMs: 200 },
      // That Lambdas start slowly on a busy machine means nothing.
      slackPatienceMs: 60_000,
      assemble: sharedAssembly(assemblyFolder, join(home, 'cdk.out')),
      onProgress: (line) => lines.push(line),
    });
  } catch (cause) {
    await rm(home, { recursive: true, force: true });
    throw new Error(`could not deploy for the tests, after:\n${lines.join('\n')}`, { cause });
  }
};

/** Throws if a request was sent that the model of its service does not allow. */
const refuseWhatAwsRefuses = async (home: string): Promise<void> => {
  const { violations } = await readRecording(requestsOf(home));
  if (violations.length > 0) throw new Error(`AWS would refuse what was sent:\n${violations.join('\n')}`);
};

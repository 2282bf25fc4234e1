import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { localAccountId, localRegion } from './clients.ts';
import { EXAMPLE_BUCKET, type Setup } from './setup.ts';
import type { SlackSecrets } from './slack/secrets.ts';

/** The context that `npm start` passes to the app. Everything else is as it would be on AWS. */
export const LOCAL_CONTEXT = {
  environment: 'local',
  modelBuckets: EXAMPLE_BUCKET,
  mailFrom: 'assay@example.com',
  // In the days that the story goes ahead, a law of the world may begin to hold.
  regimesFolder: 'local/regimes',
  // The emulator starts and runs all Lambdas on one machine, which may be busy: that a service is slow means nothing there.
  doorPatienceMs: 20_000,
  retryLadder: 'emulator',
  // The stand-in of SageMaker is done within seconds.
  endpointWaitSeconds: 1,
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
} as const;

/** What a deployment of its own brings: the address that links begin with, and the secrets of Slack, which is off without them. */
export type Place = { readonly publicBaseUrl: string; readonly slack?: SlackSecrets | undefined };

/** Makes an assembly of the app for a place, and answers its folder. */
export type Assemble = (place: Place) => Promise<string>;

/** The app of a checkout, synthesized in this home; with the policy and the people of the checkout if no setup says whose. */
export const assembleIn =
  (root: string, home: string, setup?: Setup): Assemble =>
  async ({ publicBaseUrl, slack }) => {
    const outputDirectory = join(home, 'cdk.out');
    const context = { ...LOCAL_CONTEXT, ...contextOf(setup), ...slack, publicBaseUrl };
    await synthesize({ root, outputDirectory, context });
    return outputDirectory;
  };

const contextOf = (setup: Setup | undefined) =>
  setup && {
    policyFile: setup.policyFile,
    approversFile: setup.approversFile,
    modelBuckets: setup.modelBucket,
  };

type Synthesis = { readonly root: string; readonly outputDirectory: string; readonly context: object };

/** Synthesizes the same app as `npx cdk synth`. */
async function synthesize({ root, outputDirectory, context }: Synthesis): Promise<void> {
  await rm(outputDirectory, { recursive: true, force: true });
  const { context: shared } = (await import(join(root, 'cdk.json'), { with: { type: 'json' } })).default;
  const child = spawn(process.execPath, [join(root, 'bin/assay-app.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      CDK_OUTDIR: outputDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...shared, ...context }),
      CDK_DEFAULT_ACCOUNT: localAccountId,
      CDK_DEFAULT_REGION: localRegion,
      // Tests run the CDK's rules on the template; here they would only cost seconds at each start.
      CDK_VALIDATION: 'false',
    },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`could not synthesize the app:\n${errors}`);
}

import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SFNClient } from '@aws-sdk/client-sfn';
import { clientConfig } from './clients.ts';
import { type CallsAccount, countStory, type TimedStep } from './counted/count-story.ts';
import { countedIn } from './counted/record-calls.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { readEndpoints } from './endpoints.ts';
import { EXAMPLE_MODEL } from './example.ts';
import { addressLines, readyLine, roleLines } from './farewell.ts';
import { isListening } from './ports.ts';
import { LocalProblem, runProgram } from './problem.ts';
import { type ProgressLines, progressLines } from './progress.ts';
import { localScene } from './scene.ts';
import { emptySetup, type Governance, readGovernance, type Setup, storySetup } from './setup.ts';
import { playWhole, type Step, storyteller } from './story.ts';

const USAGE = `npm start                           local AWS with the example, up to the approval of 1.1.0; then it waits for you
npm start -- --auto                 plays the whole story and ends
npm start -- --auto --report FILE   also writes what happened as JSON
npm start -- --empty                local AWS for a model of your own, with policies/ as policy and people
    --policy FILE                   another policy; assay local reload takes it again after a change
    --approvers FILE                other people
    --bucket NAME                   how the bucket for your model is called (assay-models)

ASSAY_PORT (4566), ASSAY_SAGEMAKER_PORT (4567), ASSAY_SLACK_PORT (4568) and ASSAY_PUBLIC_PORT (4580) choose other
ports, 0 a free one.
ASSAY_HOME chooses another folder than .local: with both, a second local AWS runs beside the first.`;

const root = join(import.meta.dirname, '..');
/** Another home, inside the project, and other ports let a second local AWS run beside the first. */
const home = resolve(root, process.env['ASSAY_HOME'] ?? '.local');
/** Where Lambdas write down what they call, while the story is played unattended. */
const counted = join(home, 'calls');

function options() {
  try {
    const flags = {
      auto: { type: 'boolean' },
      report: { type: 'string' },
      empty: { type: 'boolean' },
      policy: { type: 'string' },
      approvers: { type: 'string' },
      bucket: { type: 'string' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw new LocalProblem(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

type Options = ReturnType<typeof options>;

function setupOf({ auto, empty, policy, approvers, bucket }: Options): Setup {
  const own = { policy, approvers, bucket };
  if (empty === true) {
    if (auto === true)
      throw new LocalProblem('--auto plays the story, and --empty leaves it out: give one of the two.');
    // npm runs this in the project, wherever the user is.
    return emptySetup(root, own, process.env['INIT_CWD'] ?? process.cwd());
  }
  const given = Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (given.length === 0) return storySetup(root);
  throw new LocalProblem(`${given.join(' and ')} needs --empty: the story plays on its own policy and people.`);
}

const port = (name: string, fallback: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  throw new LocalProblem(`${name} must be a port number, not "${process.env[name]}".`);
};

/** Two would write the same files. What a killed one has left does not count. */
async function refuseSecond(): Promise<void> {
  const running = await readEndpoints(home).catch(() => undefined);
  if (running === undefined || !(await isListening(Number(new URL(running.awsEndpoint).port)))) return;
  throw new LocalProblem(
    `A local AWS runs already, at ${running.publicBaseUrl} (process ${running.pid}): end it with Ctrl-C, or start a second one with another ASSAY_HOME and other ports.`,
  );
}

/** 0 if all went well, 1 if the story failed. Throws if local AWS cannot even start. */
async function main(): Promise<0 | 1> {
  const given = options();
  if (given.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const setup = setupOf(given);
  const governance = await readGovernance(setup);
  await refuseSecond();
  const progress = progressLines();
  const started = performance.now();
  await rm(counted, { recursive: true, force: true });
  const deployment = await startDeployment({
    root,
    home,
    setup,
    port: port('ASSAY_PORT', 4566),
    sagemakerPort: port('ASSAY_SAGEMAKER_PORT', 4567),
    slackPort: port('ASSAY_SLACK_PORT', 4568),
    publicPort: port('ASSAY_PUBLIC_PORT', 4580),
    onProgress: progress.say,
    ...(given.auto === true ? { environment: countedIn(counted) } : {}),
  });
  progress.say(readyLine(deployment.endpoints));
  const setUpSeconds = Math.round(performance.now() - started) / 1000;
  if (given.auto === true) return playAndEnd(deployment, { progress, report: given.report, setUpSeconds });
  const words = setup.isEmpty ? EMPTY : await playToApproval(deployment, progress);
  progress.end();
  process.stdout.write(`\n${words}\n\n${farewell(deployment, setup, governance)}\n\nCtrl-C ends everything.\n`);
  return 0;
}

const farewell = ({ endpoints }: Deployment, setup: Setup, governance: Governance): string =>
  `${addressLines(endpoints, setup)}\n\n${roleLines(governance, endpoints)}`;

const EMPTY = `Nothing is released here yet. In another terminal:

  npx assay init                drafts a release from a model and its predictions
  npx assay sign MODEL          signs it
  npx assay push MANIFEST       uploads what the draft names
  npx assay submit MANIFEST --wait
  npx assay local reload        takes your policy and your people again after you changed them

docs/bring-your-own-model.md leads through it, from a folder of your own.`;

type Ending = {
  readonly progress: ProgressLines;
  readonly report: string | undefined;
  readonly setUpSeconds: number;
};

/**
 * Plays the whole story unattended. Whatever happens, it ends every process, writes the report, and says what failed.
 */
async function playAndEnd(deployment: Deployment, { progress, report, setUpSeconds }: Ending): Promise<0 | 1> {
  const steps: TimedStep[] = [];
  const onStep = (step: Step) => {
    steps.push({ ...step, endedAt: Date.now() });
    progress.say(`${step.step}: ${step.outcome}`);
  };
  let failure: string | undefined;
  let calls: Readonly<Record<string, CallsAccount>> = {};
  try {
    const scene = localScene({ root, ...deployment });
    await playWhole(storyteller(scene, { onBegin: progress.begin, onStep }), scene.past);
    const { awsEndpoint, stateMachines } = deployment.endpoints;
    calls = await countStory(steps, counted, new SFNClient(clientConfig(awsEndpoint)), Object.values(stateMachines));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  progress.begin('ending the local AWS');
  await deployment.stop();
  progress.end();
  const storySeconds = Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0) * 1000) / 1000;
  const outcome = failure === undefined ? 'passed' : 'failed';
  if (report !== undefined) {
    const summary = {
      outcome,
      set_up_seconds: setUpSeconds,
      story_seconds: storySeconds,
      steps: steps.map(({ endedAt: _, ...step }) => step),
      calls,
      console: consolePages(deployment.endpoints.publicBaseUrl),
      ...(failure ? { failure } : {}),
    };
    await writeFile(report, `${JSON.stringify(summary, null, 2)}\n`);
  }
  if (failure !== undefined) {
    process.stderr.write(`The story failed after ${steps.length} steps: ${failure}\n`);
    return 1;
  }
  for (const [part, { calls: count, dollars }] of Object.entries(calls)) {
    progress.say(`${part}: ${count} calls to AWS, $${dollars.toFixed(4)} at list prices, without the time of Lambda`);
  }
  progress.say(`the story passed in ${storySeconds} s`);
  return 0;
}

/** Where the console shows what the story was about, while such a deployment runs. */
const consolePages = (publicBaseUrl: string) => ({
  now: `${publicBaseUrl}/console/now`,
  inventory: `${publicBaseUrl}/console/inventory`,
  model: `${publicBaseUrl}/console/models/${EXAMPLE_MODEL}`,
});

/** Plays the story as far as a machine may go: from there a person decides. If it breaks off, the local AWS stays. */
async function playToApproval(deployment: Deployment, { say, begin }: ProgressLines): Promise<string> {
  const onStep = ({ step, outcome }: Step) => say(`${step}: ${outcome}`);
  const story = storyteller(localScene({ root, ...deployment }), { onBegin: begin, onStep });
  try {
    await story.refuseUnfair();
    await story.registerPackage();
    const links = await story.awaitMails('1.1.0');
    return `1.1.0 waits for two people: an ml_lead and a risk_owner. Open the links as they would:

${[...links].map(([person, link]) => `  ${person}\n    ${link}`).join('\n')}

Then try, in another terminal:

  npx assay status hmda-mortgage-1.1.0
  npx assay submit examples/hmda-mortgage/1.2.0/release-manifest.yaml
      it waits for two people as well: their links are in the mailbox
  npx assay rollback hmda-mortgage --reason "too many complaints" --incident INC-1
      once 1.2.0 is in production: it goes back to 1.1.0
  npx assay audit pull ledger && npx assay audit verify ledger`;
  } catch (error) {
    return `The story broke off: ${error instanceof Error ? error.message : error}\nWhat it has done so far is there.`;
  }
}

await runProgram(main);

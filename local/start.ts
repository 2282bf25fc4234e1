import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Deployment, startDeployment } from './deployment.ts';
import { LocalProblem } from './problem.ts';
import { progressLines } from './progress.ts';
import { type Step, storyteller } from './story.ts';

const USAGE = `npm start                           local AWS with the example, up to the approval of 1.1.0; then it waits for you
npm start -- --auto                 plays the whole story and ends
npm start -- --auto --report FILE   also writes what happened as JSON`;

const root = join(import.meta.dirname, '..');
/** Another home, inside the project, and other ports let a second local AWS run beside the first. */
const home = resolve(root, process.env['ASSAY_HOME'] ?? '.local');

function options() {
  try {
    const flags = { auto: { type: 'boolean' }, report: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw new LocalProblem(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

const port = (name: string, fallback: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  throw new LocalProblem(`${name} must be a port number, not "${process.env[name]}".`);
};

/** 0 if all went well, 1 if the story failed. Throws if local AWS cannot even start. */
async function main(): Promise<0 | 1> {
  const { auto = false, report, help = false } = options();
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const say = progressLines();
  const started = performance.now();
  const deployment = await startDeployment({
    root,
    home,
    port: port('ASSAY_PORT', 4566),
    sagemakerPort: port('ASSAY_SAGEMAKER_PORT', 4567),
    publicPort: port('ASSAY_PUBLIC_PORT', 4580),
    onProgress: say,
  });
  say(`ready: ${deployment.endpoints.publicBaseUrl}`);
  const setUpSeconds = Math.round(performance.now() - started) / 1000;
  if (auto) return playAndEnd(deployment, { say, report, setUpSeconds });
  await playToApproval(deployment, say);
  return 0;
}

type Ending = {
  readonly say: (line: string) => void;
  readonly report: string | undefined;
  readonly setUpSeconds: number;
};

/**
 * Plays the whole story unattended. Whatever happens, it ends every process, writes the report, and says what failed.
 */
async function playAndEnd(deployment: Deployment, { say, report, setUpSeconds }: Ending): Promise<0 | 1> {
  const steps: Step[] = [];
  const onStep = (step: Step) => {
    steps.push(step);
    say(`${step.step}: ${step.outcome}`);
  };
  const story = storyteller({ root, ...deployment, onStep });
  let failure: string | undefined;
  try {
    await story.refuseUnfair();
    await story.registerPackage();
    await story.approve('1.1.0');
    await story.awaitProduction('1.1.0');
    await story.postManifest();
    await story.approve('1.2.0');
    await story.awaitProduction('1.2.0');
    await story.alarm();
    await story.releaseHold();
    await story.verifyLedger();
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  await deployment.stop();
  const storySeconds = Math.round(steps.reduce((sum, { seconds }) => sum + seconds, 0) * 1000) / 1000;
  const outcome = failure === undefined ? 'passed' : 'failed';
  if (report !== undefined) {
    const summary = {
      outcome,
      set_up_seconds: setUpSeconds,
      story_seconds: storySeconds,
      steps,
      ...(failure ? { failure } : {}),
    };
    await writeFile(report, `${JSON.stringify(summary, null, 2)}\n`);
  }
  if (failure !== undefined) {
    process.stderr.write(`The story failed after ${steps.length} steps: ${failure}\n`);
    return 1;
  }
  say(`the story passed in ${storySeconds} s`);
  return 0;
}

/** Plays the story as far as a machine may go: from there a person decides. */
async function playToApproval(deployment: Deployment, say: (line: string) => void): Promise<void> {
  const story = storyteller({ root, ...deployment, onStep: ({ step, outcome }) => say(`${step}: ${outcome}`) });
  await story.refuseUnfair();
  await story.registerPackage();
  const links = await story.awaitMails('1.1.0');
  process.stdout.write(`
1.1.0 waits for two people: an ml_lead and a risk_owner. Open the links as they would:

${[...links].map(([person, link]) => `  ${person}\n    ${link}`).join('\n')}

  mailbox   ${deployment.endpoints.publicBaseUrl}/mailbox
  status    npx assay status hmda-mortgage-1.1.0

Then try, in another terminal:

  npx assay submit examples/hmda-mortgage/1.2.0/release-manifest.yaml
      it waits for two people as well: their links are in the mailbox
  npx assay rollback hmda-mortgage --reason "too many complaints" --incident INC-1
      once 1.2.0 is in production: it goes back to 1.1.0
  npx assay audit pull ledger && npx assay audit verify ledger

Ctrl-C ends everything.
`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof LocalProblem) process.stderr.write(`${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
}

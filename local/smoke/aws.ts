/** `npm run smoke:aws`: the story on a deployment of its own, in the account that the credentials at hand lead to. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { LocalProblem, runProgram } from '../problem.ts';
import { progressLines } from '../progress.ts';
import { playWhole, type Step, storyteller } from '../story.ts';
import { type Ask, askAtTerminal, confirmAccount, findAccount } from './account.ts';
import { cleanUp, clientsIn } from './clean-up.ts';
import { readOptions, USAGE } from './options.ts';
import { cdkArguments, type Plan, planLines, planOf, refuseOwnSettings } from './plan.ts';
import { accountScene, readOutputs } from './scene.ts';
import { fillModelBucket, writeExample } from './stage-set.ts';

const root = join(import.meta.dirname, '../..');

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** 0 if the story passed, 1 if it failed. Throws if it cannot even begin. */
async function main(): Promise<0 | 1> {
  // Before the options, so that there is one answer where nothing can be run anyway.
  const account = process.argv.includes('--help') ? undefined : await findAccount();
  const options = readOptions(process.argv.slice(2));
  if (options === undefined || account === undefined) {
    say(USAGE);
    return 0;
  }
  const ask = askAtTerminal;
  if (ask === undefined)
    throw new LocalProblem('Somebody has to paste the links of the mails: run this at a terminal.');
  const plan = planOf(root, { account, options, suffix: randomBytes(3).toString('hex') });
  await refuseOwnSettings(root, plan);
  say(planLines(root, plan));
  await confirmAccount(account, options, ask);
  const failure = await playIn(plan, ask).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (failure !== undefined) process.stderr.write(`The story failed: ${failure}\n`);
  await leave(plan);
  return failure === undefined ? 0 : 1;
}

const playIn = async (plan: Plan, ask: NonNullable<Ask>): Promise<void> => {
  const objects = await writeExample(root, plan);
  await fillModelBucket(new S3Client({ region: plan.account.region }), plan, objects);
  await cdk(cdkArguments(root, plan, 'deploy'));
  const outputs = await readOutputs(plan);
  const scene = await accountScene({ root, plan, outputs, ask });
  const progress = progressLines();
  const onStep = ({ step, outcome, seconds }: Step) => progress.say(`${step}: ${outcome} (${seconds} s)`);
  try {
    await playWhole(storyteller(scene, { onBegin: progress.begin, onStep }));
  } finally {
    progress.end();
  }
  say(`The story passed. API ${outputs.ApiUrl}, audit bucket ${outputs.AuditBucketName}, ledger ${scene.ledger}.`);
};

const leave = async (plan: Plan): Promise<void> => {
  if (plan.options.isKept) return say(`Everything is still there, and costs money.\n\n${planLines(root, plan)}`);
  const destroy = () => cdk(cdkArguments(root, plan, 'destroy'));
  const left = await cleanUp(plan, { clients: clientsIn(plan.account.region), destroy, now: () => new Date() });
  say(left.length === 0 ? 'Nothing is left.' : `What is left:\n${left.map((line) => `  ${line}`).join('\n')}`);
};

/** The project's own CDK, on the project's own Node. */
const cdk = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const bin = join(root, 'node_modules/.bin');
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
    const child = spawn(process.execPath, [join(bin, 'cdk'), ...args], { cwd: root, stdio: 'inherit', env });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`cdk ${args[0]} ended with ${code}`));
    });
  });

await runProgram(main);

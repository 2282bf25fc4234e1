/** `npm start`, run as a process of its own, as a person or a pipeline runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../lib/domain/policy/load.ts';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { clientConfig } from '../../local/clients.ts';
import { readEndpoints } from '../../local/endpoints.ts';
import { rowsAsInLedger } from '../../local/ledger-and-table.ts';
import { isListening } from '../../local/ports.ts';
import { assay } from '../cli/assay.ts';
import { eventually } from './support/eventually.ts';
import { root } from './support/world.ts';

const home = join(root, '.local', `test-story-${process.pid}`);
let npm: ChildProcess | undefined;

type Ended = { readonly code: number | null; readonly printed: string };

/** Starts it on ports of its own, in a home of its own, beside this suite's deployment. */
const npmStart = (args: readonly string[], onPrinted: (printed: string) => void = () => undefined): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const ports = { ASSAY_PORT: '0', ASSAY_SAGEMAKER_PORT: '0', ASSAY_SLACK_PORT: '0', ASSAY_PUBLIC_PORT: '0' };
    const child = spawn('npm', ['start', '--', ...args], {
      cwd: root,
      env: { ...process.env, ...ports, ASSAY_HOME: home },
      // A process group of its own, so that all its processes can be ended.
      detached: true,
    });
    npm = child;
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        onPrinted(printed);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, printed }));
  });

afterAll(async () => {
  // It still runs only if a test exceeded its time limit.
  if (npm?.pid !== undefined && npm.exitCode === null && npm.signalCode === null) process.kill(-npm.pid, 'SIGINT');
  await rm(home, { recursive: true, force: true });
});

describe('npm start -- --auto (AU-1)', () => {
  it('plays every step of the story, reports it, and ends what it started', async ({ annotate }) => {
    await mkdir(home, { recursive: true });
    const file = join(home, 'report.json');

    const { code, printed } = await npmStart(['--auto', '--report', file]);

    expect(code, printed).toBe(0);
    const report = JSON.parse(await readFile(file, 'utf8'));
    await annotate(`set up in ${report.set_up_seconds} s, story in ${report.story_seconds} s`);
    expect(report).toMatchObject({
      outcome: 'passed',
      set_up_seconds: expect.any(Number),
      story_seconds: expect.any(Number),
      steps: [
        {
          step: '1.0.0 is requested by an event',
          outcome: expect.stringMatching(/^refused for fairness, race: .*0\.7\d.*0\.8/),
        },
        { step: '1.1.0 is registered by a pipeline', outcome: 'validated' },
        { step: '1.1.0 is shown to two people', outcome: 'approved by ana.silva and ruth.meyer, by their links' },
        { step: '1.1.0 is promoted', outcome: 'in production' },
        { step: '1.2.0 is posted to the API', outcome: 'validated' },
        {
          step: '1.2.0 is shown to two people',
          outcome: 'approved by ana.silva, by a link, and by ruth.meyer, in Slack',
        },
        { step: '1.2.0 is promoted', outcome: 'in production' },
        { step: 'an alarm rolls 1.2.0 back to 1.1.0', outcome: '1.1.0 is in production' },
        { step: 'two operators release the hold that the rollback brought', outcome: 'no model is held' },
        {
          step: 'somebody points the endpoint to another model',
          outcome: expect.stringMatching(
            /^those on call were told of it; it served for \d+ s, and 1\.1\.0 serves again$/,
          ),
        },
        {
          step: 'somebody deploys checks that fail nothing',
          outcome: expect.stringMatching(
            /^\d+ of \d+ checks cannot be trusted, and the gate says so; put back, they hold again$/,
          ),
        },
        {
          step: 'the approval of 1.1.0 is renewed 80 days later',
          outcome: expect.stringMatching(
            /^refused while the model card was another one; hmda-mortgage-1\.1\.0 is approved until .*: it was renewed$/,
          ),
        },
        { step: 'the ledger is pulled and verified without AWS', outcome: 'ok: the ledger holds; 4 decisions signed' },
        {
          step: 'the table is compared with the ledger',
          outcome: expect.stringMatching(/^the ledger alone makes all \d+ rows again$/),
        },
      ],
    });
    expect(report).not.toHaveProperty('failure');
    expect(existsSync(join(home, 'endpoints.json'))).toBe(false);
  });
});

describe('npm start -- --empty', () => {
  const own = join(home, 'own');
  const policyFile = join(own, 'policy.yaml');
  const approversFile = join(own, 'people.yaml');
  const local = (...words: string[]) => assay(own, words, { ASSAY_HOME: home });
  const localAs = (user: string, ...words: string[]) => assay(own, words, { ASSAY_HOME: home, ASSAY_USER: user });

  it('takes a changed policy and changed people without loss, and Ctrl-C leaves nothing', async () => {
    await mkdir(own, { recursive: true });
    const policy = await readFile(join(root, 'policies/governance-policy.yaml'), 'utf8');
    const people = await readFile(join(root, 'policies/approvers.yaml'), 'utf8');
    await writeFile(policyFile, policy);
    await writeFile(approversFile, people);
    const files = ['--policy', policyFile, '--approvers', approversFile];
    const { promise: isReady, resolve: ready } = Promise.withResolvers<string>();
    const ended = npmStart(['--empty', ...files, '--bucket', 'own-models'], (printed) => {
      if (printed.includes('Ctrl-C ends everything.')) ready(printed);
    });

    const printed = await Promise.race([isReady, ended.then((early) => Promise.reject(new Error(early.printed)))]);
    expect(printed).toMatch(/mailbox +http:\/\/localhost:\d+\/mailbox.*s3:\/\/own-models.*risk_owner +ruth\.meyer/s);
    expect(await local('submit', await faulty(), '--send-anyway')).toMatchObject({ code: 0 });
    await eventually('the refusal', async () => (await local('refusals')).out.includes('own-1') || undefined);
    expect((await localAs('mia.own', 'rollback', 'none', ...WHY)).err).toContain('who is no user of the local AWS');

    // A faulty file changes nothing, and is no reason to end.
    await writeFile(policyFile, `own_key: 1\n${policy}`);
    expect(await local('local', 'reload')).toMatchObject({ code: 1, err: expect.stringContaining('1:1  own_key') });

    await writeFile(policyFile, policy.replace('approval_expiry_days: 90', 'approval_expiry_days: 60'));
    await writeFile(approversFile, people.replace('machines:\n', `${MIA}machines:\n`));
    const reloaded = await local('local', 'reload');
    expect(reloaded, reloaded.err).toMatchObject({ code: 0, out: expect.stringMatching(/ml_lead .*mia\.own/) });

    // The API knows the new operator, and what was recorded before is still there.
    expect((await localAs('mia.own', 'rollback', 'none', ...WHY)).err).toContain('none has no release in production');
    expect((await local('refusals')).out).toContain('own-1');
    expect(await policiesInForce()).toEqual([policySha256(loadPolicy(await readFile(policyFile), policyFile))]);

    const endpoints = (await readEndpoints(home)) ?? expect.fail('it has ended');
    await rowsAsInLedger(endpoints, { atLeast: 3 });
    const { awsEndpoint, sagemakerEndpoint, publicBaseUrl } = endpoints;
    process.kill(-(npm?.pid ?? 0), 'SIGINT');
    expect(await ended).toMatchObject({ printed: expect.stringContaining('the local AWS has ended') });
    for (const address of [awsEndpoint, sagemakerEndpoint, publicBaseUrl]) {
      expect(await isListening(Number(new URL(address).port))).toBe(false);
    }
    expect(existsSync(join(home, 'endpoints.json'))).toBe(false);
    expect(await readdir(join(home, 'tmp'))).toEqual([]);
    expect((await local('status')).err).toMatch(/^assay: no local AWS runs here: start it with npm start/);
  });

  const WHY = ['--reason', 'r', '--incident', 'INC-1'];
  const MIA = '  - { id: mia.own, name: Mia Own, email: mia.own@example.org, roles: [ml_lead] }\n';

  const faulty = async (): Promise<string> => {
    const file = join(own, 'manifest.yaml');
    await writeFile(file, 'release_id: own-1\n');
    return file;
  };

  /** The digests of the policies that Lambdas are given. */
  const policiesInForce = async (): Promise<(string | undefined)[]> => {
    const { awsEndpoint } = (await readEndpoints(home)) ?? expect.fail('it has ended');
    const { Functions = [] } = await new LambdaClient(clientConfig(awsEndpoint)).send(
      new ListFunctionsCommand({ MaxItems: 50 }),
    );
    const digests = Functions.flatMap(({ Environment }) => Environment?.Variables?.['POLICY_SHA256'] ?? []);
    return [...new Set(digests)];
  };
});

/** The story of `npm start -- --auto`, run as a process of its own, as a person or a pipeline runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from './support/world.ts';

const home = join(root, '.local', `test-story-${process.pid}`);
let npm: ChildProcess | undefined;

/** Starts it on ports of its own, in a home of its own, beside this suite's deployment. */
const npmStart = (...args: string[]): Promise<{ code: number | null; printed: string }> =>
  new Promise((resolve, reject) => {
    const ports = { ASSAY_PORT: '0', ASSAY_SAGEMAKER_PORT: '0', ASSAY_PUBLIC_PORT: '0' };
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
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, printed }));
  });

afterAll(async () => {
  // It still runs only if a test exceeded its time limit.
  if (npm?.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGINT');
  await rm(home, { recursive: true, force: true });
});

describe('npm start -- --auto (AU-1)', () => {
  it('plays every step of the story, reports it, and ends what it started', async ({ annotate }) => {
    await mkdir(home, { recursive: true });
    const file = join(home, 'report.json');

    const { code, printed } = await npmStart('--auto', '--report', file);

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
        { step: '1.1.0 is shown to two people by their links', outcome: expect.stringMatching(/ana.*ruth/) },
        { step: '1.1.0 is promoted', outcome: 'in production' },
        { step: '1.2.0 is posted to the API', outcome: 'validated' },
        { step: '1.2.0 is shown to two people by their links', outcome: expect.stringMatching(/ana.*ruth/) },
        { step: '1.2.0 is promoted', outcome: 'in production' },
        { step: 'an alarm rolls 1.2.0 back to 1.1.0', outcome: '1.1.0 is in production' },
        { step: 'two operators release the hold that the rollback brought', outcome: 'no model is held' },
        { step: 'the ledger is pulled and verified without AWS', outcome: 'ok: the ledger holds; 4 decisions signed' },
      ],
    });
    expect(report).not.toHaveProperty('failure');
    expect(existsSync(join(home, 'endpoints.json'))).toBe(false);
  }, 300_000);
});

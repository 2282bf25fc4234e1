import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { loadDirectory, loadPolicy } from '../../lib/domain/policy/load.ts';
import { writeEndpoints } from '../../local/endpoints.ts';
import { close, listen } from '../../local/listen.ts';
import { storySetup } from '../../local/setup.ts';
import { someEndpoints } from './support/some-endpoints.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START = fileURLToPath(new URL('../../local/start.js', import.meta.url));

/** Not the folder of the project: a local AWS may run there. */
const NOWHERE = join(tmpdir(), 'assay-start-nowhere');

const start = (args: readonly string[], env: Record<string, string> = {}): Promise<{ code: unknown; err: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [START, ...args],
      { env: { ...process.env, ASSAY_HOME: NOWHERE, ...env } },
      (error, _, err) => resolve({ code: error?.code ?? 0, err }),
    );
  });

it.each([
  [['--loud'], {}, "Unknown option '--loud'"],
  [['--policy', 'mine.yaml', '--bucket', 'mine'], {}, '--policy and --bucket needs --empty'],
  [['--empty', '--auto'], {}, '--auto plays the story, and --empty leaves it out'],
  [['--empty', '--bucket', 'Models'], {}, '--bucket: Models is not the name of a bucket'],
  [['--empty', '--approvers', 'nowhere.yaml'], { INIT_CWD: '/somewhere' }, 'There is no file /somewhere/nowhere.yaml.'],
  [['--empty', '--policy', '.'], { INIT_CWD: ROOT }, 'has faults'],
  [['--empty', '--approvers', '.'], {}, 'is a folder, and a file is needed'],
  [[], { ASSAY_PORT: 'many' }, 'ASSAY_PORT must be a port number'],
])('npm start exits with 2 when it cannot start: %j %j', async (args, env, message) => {
  expect(await start(args, env)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

it('names every fault of your policy and of your people by line and column, before anything starts', async () => {
  const folder = await aFolder();
  const policy = await readFile(join(ROOT, 'policies/governance-policy.yaml'), 'utf8');
  await writeFile(
    join(folder, 'policy.yaml'),
    policy.replace('approval_expiry_days: 90', 'approval_expiry_days: 0\nmine: 1'),
  );
  await writeFile(join(folder, 'people.yaml'), 'schema_version: 1\n');

  const files = ['--policy', 'policy.yaml', '--approvers', 'people.yaml'];
  const { code, err } = await start(['--empty', ...files], { INIT_CWD: folder });

  expect(code).toBe(2);
  expect(err).toMatch(
    /policy.yaml has faults:\n.*\d+:\d+ {2}approval_expiry_days: .*\d+:\d+ {2}mine: there is no key mine/s,
  );
  expect(err).toMatch(/people.yaml has faults:\n {2}1:1 {2}people: /);
  expect(err).not.toContain('    at ');
});

it('does not start a second time in the same folder, but does not mind what a killed one has left', async () => {
  const home = await aFolder();
  const server = createServer();
  const awsEndpoint = `http://127.0.0.1:${await listen(server, 0, 'PORT')}`;
  await writeEndpoints(home, { ...someEndpoints, awsEndpoint });
  // A wrong port is what it stops at next.
  const env = { ASSAY_HOME: home, ASSAY_PORT: 'many' };

  const second = await start([], env);
  await close(server);
  const afterKilled = await start([], env);

  expect(second).toEqual({
    code: 2,
    err: expect.stringMatching(/^A local AWS runs already, at .* another ASSAY_HOME .*\n$/),
  });
  expect(afterKilled.err).toContain('ASSAY_PORT must be a port number');
});

it('plays the story on a copy of what Assay ships, with what a policy has to ask for itself', async () => {
  const { policyFile, approversFile } = storySetup(ROOT);
  const shipped = (file: string) => readFile(join(ROOT, 'policies', file));

  expect(loadPolicy(await readFile(policyFile), 'story')).toEqual({
    ...loadPolicy(await shipped('governance-policy.yaml'), 'shipped'),
    quarantine: 'switch_back',
    auto_renew: true,
  });
  expect(loadDirectory(await readFile(approversFile), 'story')).toEqual(
    loadDirectory(await shipped('approvers.yaml'), 'shipped'),
  );
});

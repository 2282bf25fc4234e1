import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { localHome } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings } from '../command.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export const command = defineCommand({
  name: 'local reload',
  parameters: [],
  description: [
    'Lets the local AWS take the policy and the approvers as they are in their files by now: those that npm start was given,',
    'or, with the story, its own. Nothing is lost: releases, mails and the ledger stay. Exit code 1, and nothing changes, if',
    'a file has faults; all of them are named.',
  ].join('\n'),
  example: '',
  options: {},
  run: async (_, around) => deployAgain(resolve(around.directory, await localHome(around)), around),
});

/** In a process of its own: a command needs nothing of what deploys. */
const deployAgain = (home: string, around: Surroundings): Promise<ExitCode> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve(ROOT, 'local/reload.ts'), ROOT, home], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: around.env['PATH'], HOME: around.env['HOME'] },
    });
    createInterface({ input: child.stdout }).on('line', around.out);
    createInterface({ input: child.stderr }).on('line', around.err);
    child.on('error', fail);
    child.on('close', (code) => done(code === 0 ? EXIT.ok : code === 2 ? EXIT.no : EXIT.noAnswer));
  });

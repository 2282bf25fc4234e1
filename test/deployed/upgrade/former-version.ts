/** The version that is upgraded from: its tree, out of the history of this checkout. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { makeOnce } from '../../../local/made-once.ts';

/** The last commit before the domain was divided into floors and promotion became a machine of its own. */
export const FORMER_VERSION = 'b7ba59a7189d683b1a92313425e11705b51d8643';

/** Lays the former version out in `.local`, where its app can be synthesized, and answers the folder. */
export const checkOutFormerVersion = async (root: string): Promise<string> => {
  const folder = join(root, '.local', 'former-version', FORMER_VERSION.slice(0, 12));
  await makeOnce(folder, (building) => layOut(root, building));
  await installPackages(root, folder);
  return folder;
};

const layOut = async (root: string, building: string): Promise<void> => {
  await assertInHistory(root);
  const archive = `${building}.tar`;
  await git(root, 'archive', '--format=tar', '-o', archive, FORMER_VERSION);
  await run('tar', ['-xf', archive, '-C', building]);
};

/** If the former version is not in the history, the test fails, and says how to get it. */
const assertInHistory = async (root: string): Promise<void> => {
  const problem = await git(root, 'cat-file', '-e', `${FORMER_VERSION}^{commit}`).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem === undefined) return;
  const shallow = await git(root, 'rev-parse', '--is-shallow-repository').catch(() => 'unknown');
  const remedy = {
    true: 'This is a shallow clone: get the rest of the history with "git fetch --unshallow" and run the test again.',
    false: 'This repository does not have that commit: run the test in a full clone of Assay.',
  }[shallow.trim()];
  throw new Error(
    `could not check out the version to upgrade from: commit ${FORMER_VERSION} is not in the history of ${root}. ${
      remedy ?? 'This is no git checkout: run the test in a full clone of Assay, not in an unpacked archive.'
    }`,
    { cause: problem },
  );
};

const Package = z.object({ version: z.string().optional(), integrity: z.string().optional() });
const Lock = z.object({ packages: z.record(z.string(), Package) });

/** The packages that are installed here serve it too, as long as they are the very ones that it was made with. */
const installPackages = async (root: string, folder: string): Promise<void> => {
  const modules = join(folder, 'node_modules');
  const isLink = (await lstat(modules).catch(() => undefined))?.isSymbolicLink() === true;
  if (isLink) await rm(modules);
  if (await isServedBy(root, folder)) {
    await rm(modules, { recursive: true, force: true });
    await symlink(join(root, 'node_modules'), modules, 'dir');
  } else if (!existsSync(join(modules, '.package-lock.json'))) {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  }
};

const isServedBy = async (root: string, folder: string): Promise<boolean> => {
  const [here, there] = await Promise.all([root, folder].map(readLock));
  return Object.entries(there ?? {}).every(
    ([path, { version, integrity }]) =>
      path === '' || (here?.[path]?.version === version && here?.[path]?.integrity === integrity),
  );
};

const readLock = async (folder: string) =>
  Lock.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'))).packages;

/** Without the variables of a git hook that runs the tests, which name another repository than the one in `root`. */
const git = (root: string, ...words: string[]): Promise<string> =>
  run('git', words, { cwd: root, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } });

const run = async (command: string, words: string[], options: Parameters<typeof execFile>[2] = {}): Promise<string> =>
  (await promisify(execFile)(command, words, options)).stdout.toString();

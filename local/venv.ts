import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { makeOnce } from './made-once.ts';
import { LocalProblem } from './problem.ts';
import { signalGroup } from './signal-group.ts';

export type Progress = (line: string) => void;

/** An environment: its folder in `.local`, and the pinned packages that it holds. */
type Environment = { readonly folder: string; readonly requirements: string };
const EMULATOR: Environment = { folder: 'venv', requirements: join(import.meta.dirname, 'requirements.txt') };
const pythons = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/**
 * Makes an environment below `<root>/.local` with exactly the packages of its requirements, unless it already holds them:
 * the emulator's, if none is named. Answers the interpreter inside it.
 */
export async function ensureVenv(
  root: string,
  onProgress: Progress = () => undefined,
  { folder, requirements }: Environment = EMULATOR,
): Promise<string> {
  const venv = join(root, '.local', folder);
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  await makeOnce(
    venv,
    (building) => makeVenv(building, { folder, requirements }, stamp, onProgress),
    async () => (await readStamp(venv)) === stamp,
  );
  return interpreterOf(venv);
}

const interpreterOf = (venv: string): string => join(venv, 'bin', 'python');

/** A stamp counts only with a working interpreter: the Python that the link points to may have been removed since. */
async function readStamp(venv: string): Promise<string | undefined> {
  if (!existsSync(interpreterOf(venv))) return undefined;
  return readFile(join(venv, 'requirements.sha256'), 'utf8').catch(() => undefined);
}

/** Everything is started as `python -m …`, which works in a renamed environment. */
async function makeVenv(
  building: string,
  { folder, requirements }: Environment,
  stamp: string,
  onProgress: Progress,
): Promise<void> {
  const python = await findPython();
  onProgress(`making a Python environment in .local/${folder} (once, about 20 seconds)`);
  await run(python, ['-m', 'venv', building], onProgress);
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  await run(interpreterOf(building), [...pip, '-r', requirements], onProgress);
  await writeFile(join(building, 'requirements.sha256'), stamp);
}

/** The first Python that is new enough and can create environments. */
async function findPython(): Promise<string> {
  const found: string[] = [];
  for (const python of pythons) {
    const version = await versionOf(python);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return python;
    found.push(`${python} is ${version}`);
  }
  const why = found.length === 0 ? 'none was found' : found.join(', ');
  throw new LocalProblem(
    `The local AWS needs Python 3.10 or newer with its venv module, and ${why}: install python3 (Debian and Ubuntu: python3 and python3-venv) and run this again.`,
  );
}

async function versionOf(python: string): Promise<string | undefined> {
  const script = 'import ensurepip, sys, venv; print("%d.%d" % sys.version_info[:2])';
  const answer = await promisify(execFile)(python, ['-c', script]).catch(() => undefined);
  return answer?.stdout.trim();
}

/** Shows a line for each package that pip collects, and keeps the rest of the output for a failure. */
function run(command: string, args: string[], onProgress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    // A process group of its own: pip starts others.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    // Before the folder that it writes to is removed.
    const kill = () => signalGroup(child, 'SIGKILL');
    process.prependOnceListener('exit', kill);
    child.on('close', () => process.removeListener('exit', kill));
    const last: string[] = [];
    const hear = (line: string) => {
      last.push(line);
      if (last.length > 20) last.shift();
      if (line.startsWith('Installing collected ')) onProgress('installing the packages');
      if (line.startsWith('Collecting ')) onProgress(`  ${line.split(' (from')[0]}`);
    };
    createInterface({ input: child.stdout }).on('line', hear);
    createInterface({ input: child.stderr }).on('line', hear);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new LocalProblem(`Could not make the Python environment of the local AWS:\n${last.join('\n')}`));
    });
  });
}

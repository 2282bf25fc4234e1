import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isListening, until } from './ports.ts';
import { LocalProblem } from './problem.ts';
import { signalGroup } from './signal-group.ts';

export interface MinistackOptions {
  /** The project: its node_modules give Lambdas Node 24 and the AWS SDK that the real runtime has built in. */
  readonly root: string;
  readonly port: number;
  /** The interpreter that `ensureVenv` answers. */
  readonly python: string;
  /** Where temporary files and the log go; it must lie inside `root`. */
  readonly home?: string;
  /** More settings of the emulator, and what every Lambda shall inherit. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Ministack {
  readonly endpoint: string;
  readonly logFile: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts an unpatched MiniStack on 127.0.0.1 and waits until it answers. */
export async function startMinistack(options: MinistackOptions): Promise<Ministack> {
  const { root, port } = options;
  const home = options.home ?? join(root, '.local');
  const temporary = join(home, 'tmp', String(port));
  await refuseTakenPort(port, temporary);
  // Removes what a killed run has left, since unpacked layers are large. The port is free, so nothing uses them.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  // The nearest package.json decides what a `.js` file is. The project's says ESM, but MiniStack's worker is CommonJS.
  await writeFile(join(temporary, 'package.json'), '{ "type": "commonjs" }\n');

  const logFile = join(home, 'ministack.log');
  const child = launch(options, temporary, logFile);
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await stopGroup(child, port);
    await rm(temporary, { recursive: true, force: true });
  };
  if (!(await becomesReady(child, endpoint))) {
    await stop();
    const log = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-15).join('\n');
    throw new LocalProblem(`MiniStack did not start on port ${port}; the last lines of ${logFile}:\n${log}`);
  }
  return { endpoint, logFile, pid: child.pid ?? 0, stop };
}

async function refuseTakenPort(port: number, temporary: string): Promise<void> {
  if (!(await isListening(port))) return;
  const pid = await readFile(join(temporary, `ministack-${port}.pid`), 'utf8').catch(() => undefined);
  const who = pid === undefined ? '' : ` (an earlier run may still be there: kill ${pid.trim()})`;
  throw new LocalProblem(
    `Port ${port} of 127.0.0.1 is taken${who}: end that program, or choose another port with ASSAY_PORT=<port>.`,
  );
}

/**
 * The environment is built from scratch, because every Lambda inherits it: no credentials, proxies or settings of the
 * user's shell get in. TMPDIR lies inside the project, so that a function unpacked there finds `@aws-sdk/*` in a
 * node_modules folder above it, as the real runtime finds its own copy.
 */
function launch(options: MinistackOptions, temporary: string, logFile: string): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const node = [join(options.root, 'node_modules', '.bin'), dirname(process.execPath)];
  const child = spawn(options.python, ['-m', 'ministack'], {
    cwd: temporary,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: [...node, process.env['PATH']].join(':'),
      HOME: temporary,
      TMPDIR: temporary,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      PYTHONUNBUFFERED: '1',
      GATEWAY_PORT: String(options.port),
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LAMBDA_WARM_TTL_SECONDS: '10',
      LAMBDA_ACCOUNT_CONCURRENCY: '20',
      ATHENA_ENGINE: 'duckdb',
      ...options.environment,
    },
  });
  // If this process ends without stop(), it must not leave the emulator behind. An 'exit' handler cannot wait, so it
  // kills.
  const kill = () => signalGroup(child, 'SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

async function becomesReady(child: ChildProcess, endpoint: string): Promise<boolean> {
  let gone = false;
  child.once('error', () => {
    gone = true;
  });
  const isReady = async () => {
    if (gone || child.exitCode !== null) return true;
    const answer = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    return answer?.status === 200;
  };
  return (await until(isReady, 60_000)) && !gone && child.exitCode === null;
}

/** SIGINT lets the emulator end its Lambda workers. It then waits until the port is free, for the next start. */
async function stopGroup(child: ChildProcess, port: number): Promise<void> {
  signalGroup(child, 'SIGINT');
  const hasEnded = async () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  await until(hasEnded, 5_000);
  signalGroup(child, 'SIGKILL');
  await until(async () => !(await isListening(port)), 5_000);
}

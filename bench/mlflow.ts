/** An MLflow server on this machine, with releases in its registry, and what it answers where Assay is asked a question. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const BIN = join(import.meta.dirname, '..', '.local', 'bench', 'mlflow', 'bin');
const MLFLOW = 'mlflow==3.17.2';

const makeVenv = async (): Promise<void> => {
  if (existsSync(join(BIN, 'mlflow'))) return;
  console.log(`making a virtual environment with ${MLFLOW} …`);
  await run('python3', ['-m', 'venv', join(BIN, '..')]);
  await run(join(BIN, 'python'), ['-m', 'pip', 'install', '--quiet', MLFLOW]);
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

type Call = (path: string, body: object, method?: string) => Promise<unknown>;

const callTo =
  (port: number): Call =>
  async (path, body, method = 'POST') => {
    const url = new URL(`http://127.0.0.1:${port}/api/2.0/mlflow/${path}`);
    if (method === 'GET') url.search = new URLSearchParams(Object.entries(body)).toString();
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`MLflow answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer.json();
  };

/** With what its registry has for it: a tag says who approved and on which snapshot it was trained, an alias what serves. */
const registerReleases = async (call: Call, models: number, perModel: number): Promise<void> => {
  for (let model = 0; model < models; model++) {
    const name = `model-${model}`;
    await call('registered-models/create', { name });
    for (let release = 0; release < perModel; release++) {
      const tags = {
        approved_by: `person-${release % 50}`,
        snapshot: `snapshot-${Math.floor(release / 3)}-of-${name}`,
      };
      await call('model-versions/create', {
        name,
        source: `s3://models/${name}/${release}/model.tar.gz`,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      });
    }
    await call('registered-models/alias', { name, alias: 'production', version: `${perModel}` });
  }
};

const Found = z.object({ model_versions: z.array(z.unknown()) });
const search = async (call: Call, filter: string): Promise<number> => {
  const found = await call('model-versions/search', { filter, max_results: '200' }, 'GET');
  return Found.parse(found).model_versions.length;
};

const expect = (what: string, found: number, expected: number): undefined => {
  if (found !== expected) throw new Error(`MLflow found ${found} ${what}, not ${expected}`);
  return undefined;
};

/** The nearest that MLflow has to some of our questions. What was live at an instant, it does not know: its aliases have no history. */
export const mlflowPeers = (call: Call, perModel: number) => [
  {
    name: 'approvals',
    run: async () => expect('approved', await search(call, `name = 'model-5' AND tags.approved_by != ''`), perModel),
  },
  {
    name: 'live, today only',
    run: async () => {
      await call('registered-models/alias', { name: 'model-5', alias: 'production' }, 'GET');
      return undefined;
    },
  },
  {
    name: 'lineage',
    run: async () => expect('siblings', await search(call, `tags.snapshot = 'snapshot-1-of-model-5'`), 3),
  },
];

/** Runs something with a server that has `models` × `perModel` releases, and ends it. */
export const withMlflow = async <T>(models: number, perModel: number, use: (call: Call) => Promise<T>): Promise<T> => {
  await makeVenv();
  const folder = mkdtempSync(join(tmpdir(), 'assay-mlflow-'));
  const port = await freePort();
  const store = `sqlite:///${join(folder, 'mlflow.db')}`;
  const server = spawn(
    join(BIN, 'mlflow'),
    ['server', '--backend-store-uri', store, '--host', '127.0.0.1', '--port', `${port}`, '--workers', '1'],
    { cwd: folder, stdio: 'ignore', detached: true, env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' } },
  );
  try {
    const call = callTo(port);
    for (let waited = 0; ; waited++) {
      const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      if (answer?.ok) break;
      if (waited > 240 || server.exitCode !== null) throw new Error('MLflow did not start');
      await sleep(500);
    }
    await registerReleases(call, models, perModel);
    return await use(call);
  } finally {
    if (server.pid !== undefined) process.kill(-server.pid);
    rmSync(folder, { recursive: true, force: true });
  }
};

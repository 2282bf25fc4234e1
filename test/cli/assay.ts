/** Runs the command line, in this process or in its own, against a stand-in for the services that it calls. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import { run } from '../../lib/cli/run.ts';

export const BIN = fileURLToPath(new URL('../../bin/assay.js', import.meta.url));

export type Outcome = { readonly code: number; readonly out: string; readonly err: string };
type Assay = (directory: string, args: readonly string[], env?: Record<string, string>) => Promise<Outcome>;

/**
 * What `bin/assay.js` does, in this process: starting one costs more than most commands do. Calls take turns, since the
 * AWS SDK and the folder of temporary files follow the environment of the process, which is this command's meanwhile.
 */
export const assay: Assay = (directory, args, env = {}) => {
  const outcome = turn.then(() => withEnvironment(env, () => callIn(directory, args)));
  turn = outcome.catch(() => undefined);
  return outcome;
};

let turn: Promise<unknown> = Promise.resolve();

const callIn = async (directory: string, args: readonly string[]): Promise<Outcome> => {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    env: process.env,
    directory,
  });
  return { code, out, err };
};

/** `os.tmpdir()` reads the real environment, so it is changed in place. */
const withEnvironment = async <T>(env: Record<string, string>, use: () => Promise<T>): Promise<T> => {
  const former = { ...process.env };
  const replace = (variables: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, variables);
  };
  replace({ PATH: former['PATH'], ...env });
  try {
    return await use();
  } finally {
    replace(former);
  }
};

/** The real `bin/assay.js`, as a process of its own. */
export const assayProcess: Assay = (directory, args, env = {}) =>
  new Promise((resolve) => {
    const options = { cwd: directory, env: { PATH: process.env['PATH'], ...env } };
    execFile(process.execPath, [BIN, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });

/** Cleans up after the test that asks for it, or after all tests of the file when asked outside of one. */
export const afterwards = (clean: () => void): void => {
  try {
    onTestFinished(clean);
  } catch {
    afterAll(clean);
  }
};

/** A directory that is gone after the test, or after the tests of this file. */
export const aDirectory = (files: Readonly<Record<string, string | Uint8Array>> = {}): string => {
  const directory = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  afterwards(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
};

export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};
export type Answer = {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An HTTP server that records its requests, and answers with `answer`. */
export const aServer = async (answer: (received: Received) => Answer) => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(asked);
      const { status = 200, body, headers: more } = answer(asked);
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

/** What `npm start` leaves behind for the command line. */
export const endpointsFile = (url: string): Record<string, string> => ({
  '.local/endpoints.json': JSON.stringify({
    schemaVersion: 1,
    publicBaseUrl: url,
    awsEndpoint: url,
    region: 'eu-central-1',
    bus: 'assay',
    buckets: { audit: 'audit-bucket', evidence: 'evidence-bucket', history: 'history-bucket' },
    logPublicKey: '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n',
    auth: {
      userPoolId: 'pool',
      userPoolClientId: 'client',
      users: {
        ada: { password: 'auditors-password', groups: ['auditor'] },
        otto: { password: 'operators-password', groups: ['operator'] },
      },
    },
  }),
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const START = fileURLToPath(new URL('../../local/start.ts', import.meta.url));

const start = (args: readonly string[], env: Record<string, string> = {}): Promise<{ code: unknown; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [START, ...args], { env: { ...process.env, ...env } }, (error, _, err) =>
      resolve({ code: error?.code ?? 0, err }),
    );
  });

it.each([
  [['--loud'], {}, "Unknown option '--loud'"],
  [[], { ASSAY_PORT: 'many' }, 'ASSAY_PORT must be a port number'],
])('npm start exits with 2 when it cannot start: %j %j', async (args, env, message) => {
  expect(await start(args, env)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

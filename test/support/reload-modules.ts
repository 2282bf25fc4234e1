/**
 * Runs before each test file of a worker that is not isolated. Our own modules are forgotten, so that adapters make their
 * clients again and Lambdas read their environment again, and the environment is restored afterwards. The SDK, zod and
 * the rest of node_modules stay loaded: a process for each file would spend a second of a core on them.
 */
import { afterAll, vi } from 'vitest';

vi.resetModules();

const environment = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

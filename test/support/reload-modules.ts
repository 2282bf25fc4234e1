/**
 * Runs before each test file of a worker that is not isolated. Our own modules are forgotten, so that adapters make their
 * clients again and Lambdas read their environment again, and the environment is restored afterwards. The SDK, zod and
 * the rest of node_modules stay loaded: a process for each file would spend a second of a core on them. So does the domain,
 * which knows neither clients nor environment (test/layout), and is most of what a file loads.
 */
import { afterAll, vi } from 'vitest';

type Loaded = { promise?: unknown; exports?: unknown; evaluated: boolean };
/** What Vitest keeps in a worker. If another version keeps it elsewhere, the domain is loaded again as well. */
const { __vitest_worker__: worker } = globalThis as typeof globalThis & {
  readonly __vitest_worker__?: { readonly evaluatedModules: { readonly idToModuleMap: ReadonlyMap<string, Loaded> } };
};

const domain = [...(worker?.evaluatedModules.idToModuleMap ?? [])].flatMap(([id, module]) =>
  id.includes('/lib/domain/') ? [{ module, loaded: { ...module } }] : [],
);
vi.resetModules();
for (const { module, loaded } of domain) {
  const { promise, exports, evaluated } = loaded;
  Object.assign(module, { promise, exports, evaluated });
}

const environment = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

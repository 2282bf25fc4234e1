/** How the process that deploys tells the workers, which may be there first, that it is done. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalEndpoints } from '../../../local/endpoints.ts';
import { until } from '../../../local/ports.ts';

export type Ready = { readonly endpoints: LocalEndpoints } | { readonly failure: string };

/** A deployment takes a dozen seconds; this is for a machine that is very busy. */
const LIMIT_MS = 600_000;

export const readyFile = (home: string): string => join(home, 'ready.json');

/** The addresses of the deployment in this home, once it is there. */
export const awaitDeployment = async (home: string): Promise<LocalEndpoints> => {
  const file = readyFile(home);
  if (!(await until(async () => existsSync(file), LIMIT_MS))) throw new Error(`waited for ${file} in vain`);
  const ready: Ready = JSON.parse(readFileSync(file, 'utf8'));
  if ('failure' in ready) throw new Error(ready.failure);
  return ready.endpoints;
};

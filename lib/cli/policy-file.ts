/** How the commands about policies read their files. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadPolicy } from '../domain/policy/load.ts';
import type { GovernancePolicy } from '../domain/policy/policy.ts';
import type { Surroundings } from './command.ts';

/** Where a deployment takes its policy from, unless it is told otherwise. */
export const DEFAULT_POLICY = 'policies/governance-policy.yaml';

export const readPolicy = async ({ directory }: Surroundings, file: string): Promise<GovernancePolicy> =>
  loadPolicy(await readFile(resolve(directory, file)), file);

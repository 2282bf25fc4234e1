/** The policies that are shipped, as users copy them. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadPolicy } from '../../../lib/domain/policy/load.ts';
import type { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';

export const POLICIES = new URL('../../../policies/', import.meta.url);

export const PRESETS = readdirSync(new URL('presets/', POLICIES)).map((file) => file.replace('.yaml', ''));

export const shippedPolicy = (name: string): GovernancePolicy =>
  loadPolicy(readFileSync(new URL(`${name}.yaml`, POLICIES)), `${name}.yaml`);

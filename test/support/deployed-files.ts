/** The policy and the directory as synth deploys them: the canonical JSON of what people wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDirectory, loadPolicy } from '../../lib/domain/policy/load.ts';
import { GovernancePolicy } from '../../lib/domain/policy/policy.ts';
import { type CanonicalValue, canonicalJson } from '../../lib/domain/signing/canonical-json.ts';
import { PROJECT } from '../../lib/infra/bundling.ts';

const written = (name: string): Uint8Array => readFileSync(join(PROJECT, 'policies', name));

export const SHIPPED_POLICY = loadPolicy(written('governance-policy.yaml'), 'governance-policy.yaml');
/** The shipped policy, with a check that it does not have, whose counts are a kind of stored item of their own. */
export const OBSERVING_POLICY = GovernancePolicy.parse({
  ...SHIPPED_POLICY,
  stages: SHIPPED_POLICY.stages.map((stage) =>
    stage.name === 'bias_and_fairness'
      ? { ...stage, checks: [...stage.checks, { name: 'behaviour_change_within_threshold', mode: 'observe' }] }
      : stage,
  ),
});
export const SHIPPED_DIRECTORY = loadDirectory(written('approvers.yaml'), 'approvers.yaml');

/** The cast holds for what the loader has read; it throws on everything else. */
export const deployedBytes = (value: unknown): Uint8Array => canonicalJson(value as CanonicalValue);

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../lib/infra/bundling.ts';

/** The shipped policy with a check that is a Lambda of the user's own, in a file that goes when the tests end. */
export const policyWithCustomCheck = (lambdaArn: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-policy-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const policyFile = join(folder, 'policy.yaml');
  const shipped = readFileSync(join(PROJECT, 'policies/governance-policy.yaml'), 'utf8');
  const stage = `  - name: custom_checks
    description: Ours
    required: true
    blocking: true
    checks:
      - { name: toxicity_below_limit, mode: enforce, lambda_arn: "${lambdaArn}" }
`;
  writeFileSync(policyFile, shipped.replace('stages:\n', `stages:\n${stage}`));
  return policyFile;
};

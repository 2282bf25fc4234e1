import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Construct } from 'constructs';
import { loadDirectory, loadPolicy } from '../../domain/policy/load.ts';
import type { Machine } from '../../domain/policy/machine.ts';
import type { GovernancePolicy } from '../../domain/policy/policy.ts';
import { PROJECT } from '../bundling.ts';
import { CanonicalFile } from './canonical-file.ts';
import type { GovernedFunction } from './governed-function.ts';

export interface GovernanceFilesProps {
  readonly policyFile: string;
  readonly approversFile: string;
}

/**
 * The policy and the directory of approvers. They are loaded at synth, where faults are reported by line and column,
 * and deployed as canonical JSON: a Lambda needs neither the YAML parser nor the checks that a policy document is
 * parsed with.
 */
export class GovernanceFiles extends Construct {
  readonly policy: CanonicalFile;
  readonly approvers: CanonicalFile;
  /** How long an approval stands, and so how long a release may be rolled back to. */
  readonly approvalExpiryDays: number;
  readonly machines: readonly Machine[];
  /** The Lambdas of the user's own checks, as the policy names them. */
  readonly customCheckArns: readonly string[];

  constructor(scope: Construct, id: string, { policyFile, approversFile }: GovernanceFilesProps) {
    super(scope, id);
    const policy = loadPolicy(readFileSync(inProject(policyFile)), policyFile);
    const directory = loadDirectory(readFileSync(inProject(approversFile)), approversFile);
    this.policy = new CanonicalFile(this, 'Policy', policy);
    this.approvers = new CanonicalFile(this, 'Approvers', directory);
    this.approvalExpiryDays = policy.approval_expiry_days;
    this.machines = directory.machines ?? [];
    this.customCheckArns = customCheckArns(policy);
  }

  get policyEnvironment() {
    const { bucket, key, digest } = this.policy;
    return { POLICY_BUCKET: bucket, POLICY_KEY: key, POLICY_SHA256: digest };
  }

  get approversEnvironment() {
    const { bucket, key, digest } = this.approvers;
    return { APPROVERS_BUCKET: bucket, APPROVERS_KEY: key, APPROVERS_SHA256: digest };
  }

  allowReadPolicy(lambda: GovernedFunction): void {
    this.policy.allowRead(lambda);
  }

  allowReadApprovers(lambda: GovernedFunction): void {
    this.approvers.allowRead(lambda);
  }
}

const inProject = (file: string): string => (isAbsolute(file) ? file : join(PROJECT, file));

const customCheckArns = ({ stages }: GovernancePolicy): string[] =>
  stages.flatMap(({ checks }) => checks.flatMap((check) => ('lambda_arn' in check ? [check.lambda_arn] : [])));

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Construct } from 'constructs';
import { clauseDays } from '../../domain/policy/clause-days.ts';
import type { ApproverDirectory } from '../../domain/policy/directory.ts';
import { loadDirectory, loadRegime } from '../../domain/policy/load.ts';
import { type LoadedPolicies, loadOnePolicy, loadPolicies, scopedPolicies } from '../../domain/policy/load-policies.ts';
import type { Machine } from '../../domain/policy/machine.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import { type Clause, regimeProblems } from '../../domain/policy/regime.ts';
import { PROJECT } from '../bundling.ts';
import { CanonicalFile } from './canonical-file.ts';
import type { GovernedFunction } from './governed-function.ts';

export interface GovernanceFilesProps {
  readonly policyFile: string;
  readonly approversFile: string;
  /** The folder of the regimes whose changes keep approvals from being renewed without people. */
  readonly regimesFolder: string;
}

/**
 * The policy, the directory of approvers, and when the clauses of the regimes hold. They are loaded at synth, where faults are reported by line and column,
 * and deployed as canonical JSON: a Lambda needs neither the YAML parser nor the checks that a policy document is
 * parsed with.
 */
export class GovernanceFiles extends Construct {
  readonly policy: CanonicalFile;
  readonly approvers: CanonicalFile;
  readonly regimes: CanonicalFile;
  /** How long an approval stands, and so how long a release may be rolled back to. */
  readonly approvalExpiryDays: number;
  readonly directory: ApproverDirectory;
  readonly machines: readonly Machine[];
  /** The Lambdas of the user's own checks, as the policy names them. */
  readonly customCheckArns: readonly string[];

  constructor(scope: Construct, id: string, { policyFile, approversFile, regimesFolder }: GovernanceFilesProps) {
    super(scope, id);
    const policies = readPolicies(policyFile);
    const scoped = scopedPolicies(policies);
    const { policy } = policies.base;
    const directory = loadDirectory(readFileSync(inProject(approversFile)), approversFile);
    // A policy without overlays is deployed by itself, under the digest that releases pin.
    this.policy = new CanonicalFile(this, 'Policy', scoped === undefined ? policy : { base: policy, scoped });
    this.approvers = new CanonicalFile(this, 'Approvers', directory);
    this.regimes = new CanonicalFile(this, 'Regimes', clauseDays(readClauses(regimesFolder)));
    this.approvalExpiryDays = policy.approval_expiry_days;
    this.directory = directory;
    this.machines = directory.machines ?? [];
    const all = [policy, ...policies.overlays.map((overlay) => overlay.policy)];
    this.customCheckArns = [...new Set(all.flatMap(customCheckArns))];
  }

  get policyEnvironment() {
    const { bucket, key, digest } = this.policy;
    return { POLICY_BUCKET: bucket, POLICY_KEY: key, POLICY_SHA256: digest };
  }

  get approversEnvironment() {
    const { bucket, key, digest } = this.approvers;
    return { APPROVERS_BUCKET: bucket, APPROVERS_KEY: key, APPROVERS_SHA256: digest };
  }

  get regimesEnvironment() {
    const { bucket, key, digest } = this.regimes;
    return { REGIMES_BUCKET: bucket, REGIMES_KEY: key, REGIMES_SHA256: digest };
  }

  allowReadPolicy(lambda: GovernedFunction): void {
    this.policy.allowRead(lambda);
  }

  allowReadApprovers(lambda: GovernedFunction): void {
    this.approvers.allowRead(lambda);
  }

  allowReadRegimes(lambda: GovernedFunction): void {
    this.regimes.allowRead(lambda);
  }
}

const inProject = (file: string): string => (isAbsolute(file) ? file : join(PROJECT, file));

/** A file that is the policy, or a folder with its overlays as well. */
const readPolicies = (path: string): LoadedPolicies => {
  const there = inProject(path);
  if (!statSync(there).isDirectory()) return loadOnePolicy(path, readFileSync(there));
  const files = readdirSync(there, { withFileTypes: true }).map((entry) => ({
    file: join(path, entry.name),
    name: entry.name,
    bytes: entry.isDirectory() ? undefined : readFileSync(join(there, entry.name)),
  }));
  return loadPolicies(path, files);
};

const readClauses = (folder: string): Clause[] => {
  const there = inProject(folder);
  const files = readdirSync(there).filter((name) => /\.(ya?ml|json)$/.test(name));
  const clauses = files
    .sort()
    .flatMap((name) => loadRegime(readFileSync(join(there, name)), join(folder, name)).clauses);
  const [problem] = regimeProblems(clauses);
  if (problem !== undefined) throw new Error(`could not deploy the regimes of ${folder}: ${problem}`);
  return clauses;
};

const customCheckArns = ({ stages }: PolicyRecord): string[] =>
  stages.flatMap(({ checks }) => checks.flatMap(({ lambda_arn: arn }) => (arn === undefined ? [] : [arn])));

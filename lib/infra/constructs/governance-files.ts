import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { loadPolicy } from '../../domain/policy/load.ts';
import { PROJECT } from '../bundling.ts';
import type { GovernedFunction } from './governed-function.ts';

export interface GovernanceFilesProps {
  readonly policyFile: string;
  readonly approversFile: string;
}

/** The policy and the directory of approvers, deployed under the digest of their bytes. */
export class GovernanceFiles extends Construct {
  readonly policy: Asset;
  readonly approvers: Asset;
  /** The Lambdas of the checks that the user wrote, as the policy names them. */
  readonly customCheckArns: readonly string[];

  constructor(scope: Construct, id: string, props: GovernanceFilesProps) {
    super(scope, id);
    this.policy = new Asset(this, 'Policy', { path: inProject(props.policyFile) });
    this.approvers = new Asset(this, 'Approvers', { path: inProject(props.approversFile) });
    this.customCheckArns = customCheckArns(inProject(props.policyFile));
  }

  get policyEnvironment() {
    return { POLICY_BUCKET: this.policy.s3BucketName, POLICY_KEY: this.policy.s3ObjectKey };
  }

  get approversEnvironment() {
    return { APPROVERS_BUCKET: this.approvers.s3BucketName, APPROVERS_KEY: this.approvers.s3ObjectKey };
  }

  allowReadPolicy(lambda: GovernedFunction): void {
    allowReadFile(lambda, this.policy);
  }

  allowReadApprovers(lambda: GovernedFunction): void {
    allowReadFile(lambda, this.approvers);
  }
}

const inProject = (file: string): string => (isAbsolute(file) ? file : join(PROJECT, file));

const customCheckArns = (file: string): string[] => {
  const { stages } = loadPolicy(readFileSync(file), file);
  return stages.flatMap(({ checks }) => checks.flatMap((check) => ('lambda_arn' in check ? [check.lambda_arn] : [])));
};

const allowReadFile = (lambda: GovernedFunction, { s3BucketName, s3ObjectKey }: Asset): void => {
  lambda.allow({
    actions: ['s3:GetObject'],
    resources: [`arn:${Aws.PARTITION}:s3:::${s3BucketName}/${s3ObjectKey}`],
  });
};

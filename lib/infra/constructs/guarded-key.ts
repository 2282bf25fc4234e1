import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  PolicyDocument,
  PolicyStatement,
  type Role,
} from 'aws-cdk-lib/aws-iam';
import { Key, type KeySpec, type KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { exceptFor } from '../execution-role.ts';
import type { GovernedFunction } from './governed-function.ts';

/** What a key can be used for. */
export type KeyUse = 'kms:Sign' | 'kms:GenerateMac' | 'kms:VerifyMac';

export interface GuardedKeyProps {
  readonly keySpec: KeySpec;
  readonly keyUsage: KeyUsage;
  readonly description: string;
  /** The role that CloudFormation deploys with. */
  readonly executionRoleArn: string;
}

/**
 * What IAM policies of the account can give. None of it uses the key, and a grant is missing on purpose: it would let
 * somebody use the key whom its policy does not name.
 */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetPublicKey',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
];

/** With any of these, a key could be taken from those who use it, or given to others. */
const CHANGES = ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'];

/**
 * A key that only the roles which its own policy names can use, whatever IAM policies say, and that only a deployment
 * changes. The execution role can change the policy again, so KMS needs no bypass of its lockout check.
 */
export class GuardedKey extends Key {
  /** The roles that may sign with it, or authenticate; no others are expected to. */
  readonly signers: Role[] = [];

  constructor(scope: Construct, id: string, { executionRoleArn, ...props }: GuardedKeyProps) {
    const statements = [
      new PolicyStatement({
        sid: 'AccountAdministers',
        principals: [new AccountRootPrincipal()],
        actions: ADMINISTRATION,
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'DenyChanges',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: CHANGES,
        resources: ['*'],
        conditions: exceptFor(executionRoleArn),
      }),
    ];
    super(scope, id, { ...props, removalPolicy: RemovalPolicy.RETAIN, policy: new PolicyDocument({ statements }) });
  }

  /** Lets a Lambda use the key. */
  allowUse(use: KeyUse, { role }: GovernedFunction): void {
    if (use !== 'kms:VerifyMac') this.signers.push(role);
    this.addToResourcePolicy(
      new PolicyStatement({ principals: [new ArnPrincipal(role.roleArn)], actions: [use], resources: ['*'] }),
    );
  }

  /** Lets nobody sign any more. */
  retire(): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'DenySigning',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:Sign'],
        resources: ['*'],
      }),
    );
  }
}

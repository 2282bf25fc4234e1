import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { bucketAllows, keyAllows, statementsOf } from './policy-evaluation.ts';
import { replicaStack, resourceOf, textOf } from './template.ts';

const ROLE = 'arn:aws:iam::111122223333:role/assay-prod-replication-eu-west-1';
const production = { environment: 'prod', production: 'true', auditRetentionDays: '30', replicationRole: ROLE };
const template = Template.fromStack(replicaStack(production));
const policy = resourceOf(template, 'AWS::S3::BucketPolicy', 'ReplicaBucket')['Properties'];
const statements = statementsOf(policy.PolicyDocument);
const bucket = `<${policy.Bucket.Ref}.Arn>`;
const object = `${bucket}/events/v1/dt=2026-11-30/model=credit/000000000001.json`;
const EXECUTION_ROLE =
  'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/cdk-hnb659fds-cfn-exec-role-<AWS::AccountId>-<AWS::Region>';

/** An administrator of either account, the role that copies, and those who are nearly it. */
const ADMIN = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/admin';
const OTHERS = [
  ...[ADMIN, 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root', EXECUTION_ROLE],
  ...['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:role/admin', `${ROLE}-2`],
  'arn:aws:iam::999900001111:role/assay-prod-replication-eu-west-1',
];
const tls = { 'aws:SecureTransport': 'true' };
const may = (action: string, principal: string, resource = object, context = {}) =>
  bucketAllows(statements, { action, principal, resource, context: { ...tls, ...context } });

describe('the bucket of the second account (AU-5)', () => {
  it('locks, and is versioned, not public, encrypted by S3, and stays', () => {
    expect(resourceOf(template, 'AWS::S3::Bucket', 'ReplicaBucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } } },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    });
    expect(Object.keys(template.findOutputs('ReplicaBucketName'))).toHaveLength(1);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('lets the account of the deployment in by one role alone, to copy and own nothing', () => {
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');

    expect(allowed.map(({ Action, Resource }) => [Action, Resource?.map(textOf)])).toEqual([
      [['s3:ObjectOwnerOverrideToBucketOwner', 's3:ReplicateObject', 's3:ReplicateTags'], [`${bucket}/*`]],
      [['s3:GetBucketVersioning'], [bucket]],
    ]);
    for (const { Principal, Condition } of allowed) {
      expect(Principal).toEqual(['arn:aws:iam::111122223333:root']);
      expect(Condition).toEqual({ ArnEquals: { 'aws:PrincipalArn': ROLE } });
    }
  });

  it.each(['s3:ReplicateObject', 's3:ReplicateTags'])(
    'takes %s from that role, and denies it to all others',
    (action) => {
      expect(may(action, ROLE)).toBe(true);
      expect(OTHERS.filter((principal) => may(action, principal))).toEqual([]);
    },
  );

  it.each([
    ...['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:ReplicateDelete'],
    ...['s3:PutObject', 's3:PutObjectRetention', 's3:PutObjectLegalHold'],
  ])('denies %s to everybody, the role included', (action) => {
    const context = {
      ...{ 's3:if-none-match': '*', 's3:object-lock-mode': 'COMPLIANCE', 's3:x-amz-server-side-encryption': 'AES256' },
      's3:object-lock-remaining-retention-days': '30',
    };

    expect([ROLE, ...OTHERS].filter((principal) => may(action, principal, object, context))).toEqual([]);
  });

  it.each(['s3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:PutBucketObjectLockConfiguration'])(
    'lets its own deployment do %s, and nobody else',
    (action) => {
      expect([ROLE, ...OTHERS].filter((principal) => may(action, principal, bucket))).toEqual([EXECUTION_ROLE]);
    },
  );

  it('is read by whoever its own account lets read', () => {
    expect(may('s3:GetObject', ADMIN)).toBe(true);
    expect(
      keyAllows(statements, {
        principal: 'arn:aws:iam::111122223333:role/admin',
        action: 's3:GetObject',
        resource: object,
      }),
    ).toBe(false);
  });

  it('asks for the days, and for a long lock twice', () => {
    const { auditRetentionDays: _, ...without } = production;

    expect(() => replicaStack(without)).toThrow('production needs auditRetentionDays');
    expect(() => replicaStack({ ...production, auditRetentionDays: '400' })).toThrow('confirmComplianceDays=400');
    expect(() => replicaStack({ ...production, replicationRole: 'assay-prod-replication' })).toThrow(
      'must be the ARN of a role',
    );
  });
});

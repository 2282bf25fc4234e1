import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { exceptFor } from '../execution-role.ts';
import type { Justification } from '../permissions.ts';
import type { LockMode } from '../retention.ts';
import type { AccessLogs } from './access-logs.ts';
import type { GovernedFunction } from './governed-function.ts';

export const REMAINING_DAYS = 's3:object-lock-remaining-retention-days';

export interface LockedBucketProps {
  readonly mode: LockMode;
  /** How long each object is kept at least, and, but for a day, at most. */
  readonly retentionDays: number;
  /** The shortest retention that a writer may name, if it is another one. */
  readonly shortestDays?: number;
  readonly accessLogs: AccessLogs;
  /** The role that CloudFormation deploys with. */
  readonly executionRoleArn: string;
  /** The role of another account by which S3 copies objects into this bucket; nobody may, if there is none. */
  readonly replicatedBy?: string;
  /** Whether objects may be uploaded, or copied, in parts. They are joined under the same conditions as one put. */
  readonly takesParts?: boolean;
}

/**
 * Each of these actions could make a bucket lose its objects, keep them for ever, make them unreadable, give them away, or
 * hide who touched them.
 */
const CONFIGURATION_ACTIONS = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutEncryptionConfiguration',
  's3:PutReplicationConfiguration',
  's3:PutBucketAcl',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketLogging',
];

/**
 * A bucket that keeps every version for the retention it was written with. It is encrypted with keys of S3, because
 * deleting a KMS key would destroy what the lock protects.
 */
export class LockedBucket extends Construct {
  readonly bucket: Bucket;
  private readonly legalHold: PolicyStatement;

  constructor(scope: Construct, id: string, props: LockedBucketProps) {
    super(scope, id);
    const retention = Duration.days(props.retentionDays);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        props.mode === 'COMPLIANCE'
          ? ObjectLockRetention.compliance(retention)
          : ObjectLockRetention.governance(retention),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsBucket: props.accessLogs.bucket,
      serverAccessLogsPrefix: `${id}/`,
      // What broke off before its parts were joined.
      lifecycleRules: props.takesParts ? [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }] : [],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.denyRemoval();
    this.denyReplication(props);
    // A legal hold has no end, whatever the retention.
    this.legalHold = this.deny('DenyLegalHold', ['s3:PutObjectLegalHold'], this.bucket.arnForObjects('*'));
    this.denyOverwriting(props);
    this.denyOtherEncryption();
    this.boundRetention(props);
    const { bucketArn } = this.bucket;
    this.deny('DenyConfigurationChanges', CONFIGURATION_ACTIONS, bucketArn, exceptFor(props.executionRoleArn));
  }

  /** No lock prevents a delete marker, which would hide a locked version: so nobody may delete anything. */
  private denyRemoval(): void {
    this.deny(
      'DenyRemoval',
      ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
      this.bucket.arnForObjects('*'),
    );
  }

  /** Allows reading legal holds, and putting them on and off. The bucket denies it to every other role. */
  allowLegalHolds(lambda: GovernedFunction, objects: readonly string[], because: Justification): void {
    lambda
      .allow({
        actions: ['s3:GetObjectLegalHold', 's3:PutObjectLegalHold'],
        resources: objects.map((pattern) => this.bucket.arnForObjects(pattern)),
        because,
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
    this.legalHold.addConditions(exceptFor(lambda.role.roleArn));
  }

  /** Replication into the bucket writes versions and delete markers without any of the conditions of a put. */
  private denyReplication({ replicatedBy: role }: LockedBucketProps): void {
    const copies = ['s3:ReplicateObject', 's3:ReplicateTags'];
    const objects = this.bucket.arnForObjects('*');
    if (role === undefined) {
      this.deny('DenyReplication', [...copies, 's3:ReplicateDelete'], objects);
    } else {
      this.deny('DenyReplication', copies, objects, exceptFor(role));
      this.deny('DenyReplicatedRemoval', ['s3:ReplicateDelete'], objects);
    }
  }

  /**
   * Locks protect versions and not keys: a second put to a key would hide the locked object behind a new version.
   * Single parts carry no such condition, and are denied too unless the bucket takes parts: then only the call counts that
   * makes an object of them.
   */
  private denyOverwriting({ takesParts = false }: LockedBucketProps): void {
    const condition = {
      Null: { 's3:if-none-match': 'true' },
      ...(takesParts ? { Bool: { 's3:ObjectCreationOperation': 'true' } } : {}),
    };
    this.deny('DenyOverwriting', ['s3:PutObject'], this.bucket.arnForObjects('*'), condition);
  }

  /**
   * An object under a key of KMS, or under one that its writer keeps, is lost with that key, whatever its lock. A put that
   * names no encryption gets that of the bucket. Without the second condition it would be denied as well: a negated
   * operator, with `IfExists` or without, holds for a request that has no such header.
   */
  private denyOtherEncryption(): void {
    const objects = this.bucket.arnForObjects('*');
    const named = 's3:x-amz-server-side-encryption';
    this.deny('DenyOtherEncryption', ['s3:PutObject'], objects, {
      StringNotEquals: { [named]: 'AES256' },
      Null: { [named]: 'false' },
    });
    this.deny('DenyKeysOfWriters', ['s3:PutObject'], objects, {
      Null: { [`${named}-customer-algorithm`]: 'false' },
    });
  }

  /**
   * A writer sets the retention of its own objects, so it is bounded on both sides: with a short one there is no
   * evidence, and with a long one junk could be kept, and paid for, for a hundred years. One day of tolerance on either
   * side allows for clocks and for the rounding of S3.
   */
  private boundRetention({ mode, retentionDays, shortestDays = retentionDays }: LockedBucketProps): void {
    const objects = this.bucket.arnForObjects('*');
    const actions = ['s3:PutObject', 's3:PutObjectRetention'];
    this.deny('DenyShortRetention', actions, objects, { NumericLessThan: { [REMAINING_DAYS]: `${shortestDays - 1}` } });
    this.deny('DenyLongRetention', actions, objects, {
      NumericGreaterThan: { [REMAINING_DAYS]: `${retentionDays + 1}` },
    });
    if (mode === 'COMPLIANCE') {
      this.deny('DenyWeakerMode', actions, objects, { StringEquals: { 's3:object-lock-mode': 'GOVERNANCE' } });
    }
  }

  /** Denies something to everybody, the administrators of the account included. */
  protected deny(
    sid: string,
    actions: string[],
    resource: string | string[],
    conditions: Record<string, unknown> = {},
  ): PolicyStatement {
    const statement = new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: [resource].flat(),
      conditions,
    });
    this.bucket.addToResourcePolicy(statement);
    return statement;
  }
}

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { LockMode } from '../retention.ts';
import type { AccessLogs } from './access-logs.ts';

export interface LockedBucketProps {
  readonly production: boolean;
  readonly mode: LockMode;
  readonly retentionDays: number;
  readonly accessLogs: AccessLogs;
}

/** With one of these a bucket could be made to forget, or to keep forever, what it holds. */
const CONFIGURATION_ACTIONS = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutBucketObjectLockConfiguration',
  's3:PutLifecycleConfiguration',
];

/**
 * A bucket that keeps every version for the retention it was written with. Encrypted by S3 itself, because deleting a
 * KMS key would shred what the lock protects.
 */
export class LockedBucket extends Construct {
  readonly bucket: Bucket;

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
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.denyRemoval();
    this.denyOverwriting();
    this.boundRetention(props);
    if (props.production) this.deny('DenyConfigurationChanges', CONFIGURATION_ACTIONS, this.bucket.bucketArn);
  }

  /** A delete marker is not protected by any lock and would hide what is: so nobody deletes at all. */
  private denyRemoval(): void {
    this.deny(
      'DenyRemoval',
      ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
      this.bucket.arnForObjects('*'),
    );
  }

  /**
   * Locks protect versions: a second put to a key would hide what is there behind a new version. Uploads in parts and
   * copies carry no such condition, and so they are denied too.
   */
  private denyOverwriting(): void {
    const condition = { Null: { 's3:if-none-match': 'true' } };
    this.deny('DenyOverwriting', ['s3:PutObject'], this.bucket.arnForObjects('*'), condition);
  }

  /**
   * A writer names its own retention, so both ends are bounded: too short and it is no evidence, too long and junk is
   * paid for a hundred years. One day of play on either side, for clocks and for how S3 rounds.
   */
  private boundRetention({ mode, retentionDays }: LockedBucketProps): void {
    const objects = this.bucket.arnForObjects('*');
    const actions = ['s3:PutObject', 's3:PutObjectRetention'];
    const remaining = 's3:object-lock-remaining-retention-days';
    this.deny('DenyShortRetention', actions, objects, { NumericLessThan: { [remaining]: `${retentionDays - 1}` } });
    this.deny('DenyLongRetention', actions, objects, { NumericGreaterThan: { [remaining]: `${retentionDays + 1}` } });
    if (mode === 'COMPLIANCE') {
      this.deny('DenyWeakerMode', actions, objects, { StringEquals: { 's3:object-lock-mode': 'GOVERNANCE' } });
    }
  }

  /** Denies something to everybody, the administrators of the account included. */
  private deny(sid: string, actions: string[], resource: string, conditions: Record<string, unknown> = {}): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [resource],
        conditions,
      }),
    );
  }
}

import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow } from '../permissions.ts';
import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket, type LockedBucketProps } from './locked-bucket.ts';

/**
 * Write-once copies of what is served, named by their digest. The bucket is there whatever the models are served from: when
 * the setting is turned back, what was served from a copy is still a way back.
 */
export class LockedCopies extends LockedBucket {
  constructor(scope: Construct, id: string, props: LockedBucketProps) {
    super(scope, id, { ...props, takesParts: true });
  }

  /** Allows making copies. Only one Lambda has this right. */
  allowKeep(lambda: GovernedFunction): void {
    this.allowLoad(lambda.role);
    lambda.allow({
      actions: ['s3:PutObject', 's3:PutObjectRetention'],
      resources: [this.bucket.arnForObjects('sha256/*')],
      because: 'evidenceObjects',
    });
  }

  /** Allows reading copies, and listing them, so that a missing copy can be distinguished from a forbidden one. */
  allowLoad(role: Role): void {
    allow(role, {
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnForObjects('sha256/*')],
      because: 'evidenceObjects',
    });
    allow(role, { actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }
}

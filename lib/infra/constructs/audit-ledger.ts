import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket } from './locked-bucket.ts';

/** The audit trail: one write-once object for each event. */
export class AuditLedger extends LockedBucket {
  /** Ships events, and reads back what lies at a key that was taken. */
  allowAppend(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'],
        resources: [this.bucket.arnForObjects('events/v1/*')],
        because: 'ledgerObjects',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }
}

import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket } from './locked-bucket.ts';

/** The prefixes of the audit bucket. */
export type LedgerPart = 'events' | 'bundles' | 'checkpoints' | 'access';

/** The audit trail: one write-once object for each event, the log that is made of them, and who was given which rows. */
export class AuditLedger extends LockedBucket {
  /** Allows writing new objects of these parts, and reading the object at a key that is taken. */
  allowAppend(lambda: GovernedFunction, parts: readonly LedgerPart[]): void {
    lambda
      .allow({
        actions: ['s3:PutObject', 's3:PutObjectRetention', 's3:GetObject'],
        resources: parts.map((part) => this.bucket.arnForObjects(`${part}/v1/*`)),
        because: 'ledgerObjects',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }
}

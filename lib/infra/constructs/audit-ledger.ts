import type { Construct } from 'constructs';
import type { RetentionClasses } from '../../domain/ledger/retention-class.ts';
import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket, type LockedBucketProps, REMAINING_DAYS } from './locked-bucket.ts';

/** The prefixes of the audit bucket. */
export type LedgerPart = 'events' | 'bundles' | 'rows' | 'checkpoints' | 'access' | 'rehearsals';

const PROOFS: readonly LedgerPart[] = ['bundles', 'rows', 'checkpoints'];

/** The audit trail: one write-once object for each event, the log that is made of them, the rows that they wrote, and who was given which rows. */
export class AuditLedger extends LockedBucket {
  constructor(scope: Construct, id: string, props: LockedBucketProps & { readonly classes: RetentionClasses }) {
    const { retentionDays, classes } = props;
    const shortestDays = Math.min(retentionDays, ...Object.values(classes));
    super(scope, id, { ...props, shortestDays });
    if (shortestDays < retentionDays) this.denyShorterProofs(retentionDays);
  }

  /** Bundles, rows and checkpoints prove every event and what it wrote, so they are kept as long as the one that is kept longest. */
  private denyShorterProofs(retentionDays: number): void {
    this.deny(
      'DenyShortRetentionOfProofs',
      ['s3:PutObject', 's3:PutObjectRetention'],
      PROOFS.map((part) => this.bucket.arnForObjects(`${part}/v1/*`)),
      { NumericLessThan: { [REMAINING_DAYS]: `${retentionDays - 1}` } },
    );
  }

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

  /** Allows reading the bundles of the log, and seeing how far it goes. */
  allowReadLog(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnForObjects('bundles/v1/*')],
      because: 'ledgerObjects',
    });
    this.allowSeeSize(lambda);
  }

  /** Allows reading what an auditor reads of the log. */
  allowAudit(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject'],
      resources: ['events', 'checkpoints'].map((part) => this.bucket.arnForObjects(`${part}/v1/*`)),
      because: 'ledgerObjects',
    });
    this.allowReadLog(lambda);
  }

  /** Allows seeing how far the log goes, by the names of its checkpoints. */
  allowSeeSize(lambda: GovernedFunction): void {
    lambda.allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }
}

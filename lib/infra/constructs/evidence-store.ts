import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageName } from '../../domain/checks/vocabulary.ts';
import type { APPROVAL_RENEWAL } from '../../domain/records/approval-renewal.ts';
import { ROWS_PERIODS, rowsPrefix } from '../../domain/release/evidence-copy.ts';
import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket, type LockedBucketProps, REMAINING_DAYS } from './locked-bucket.ts';

/** Documents, and what an earlier version kept of rows about people. */
const DOCUMENTS = 'sha256/*';
/** Rows about people, which have a retention of their own. */
const ROWS = 'evidence_rows/*';
/** Those of them that have no period. */
const KEPT_ROWS = `${rowsPrefix(undefined)}*`;
const ENVELOPES = ['records/*', 'attestations/*'];

const RETAINING = ['s3:PutObject', 's3:PutObjectRetention'];

type EvidenceStoreProps = LockedBucketProps & {
  /** After so many days S3 removes rows about people. Undefined: they are kept like other evidence. */
  readonly rowsDays: number | undefined;
};

/** Copies of the evidence, and the governance records that are based on it. */
export class EvidenceStore extends LockedBucket {
  constructor(scope: Construct, id: string, { rowsDays, ...props }: EvidenceStoreProps) {
    super(scope, id, { ...props, ...(rowsDays !== undefined && { shortestDays: rowsDays }) });
    for (const days of ROWS_PERIODS) this.removeRows(days);
    // The default of the bucket is that of other evidence: a put that names no retention would get it, beyond the period of its place.
    this.deny('DenyRowsWithoutRetention', ['s3:PutObject'], this.bucket.arnForObjects(ROWS), {
      Null: { [REMAINING_DAYS]: 'true' },
    });
    if (rowsDays === undefined) return;
    const others = [DOCUMENTS, KEPT_ROWS, ...ENVELOPES].map((objects) => this.bucket.arnForObjects(objects));
    this.deny('DenyShortRetentionOfOthers', RETAINING, others, {
      NumericLessThan: { [REMAINING_DAYS]: `${props.retentionDays - 1}` },
    });
  }

  /**
   * S3 removes rows by a rule, which no policy denies and no role can hurry: the lock stands until then. A rule goes by the age of what lies
   * in a place, so each period has its own, whatever the setting: another one leaves what was written to its period. Nobody may give rows a
   * longer retention than their place says.
   */
  private removeRows(days: number): void {
    const prefix = rowsPrefix(days);
    this.bucket.addLifecycleRule({
      id: `evidence-rows-${days}d`,
      prefix,
      // The lock begins with the put, and ends before midnight of this day.
      expiration: Duration.days(days + 1),
      noncurrentVersionExpiration: Duration.days(1),
    });
    this.deny(`DenyLongRetentionOfRows${days}`, RETAINING, this.bucket.arnForObjects(`${prefix}*`), {
      NumericGreaterThan: { [REMAINING_DAYS]: `${days + 1}` },
    });
  }

  /** Allows reading documents. */
  allowRead(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects(DOCUMENTS)],
        because: 'evidenceObjects',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }

  /** Allows reading rows about people, besides what `allowRead` allows. */
  allowReadRows(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnForObjects(ROWS)],
      because: 'evidenceObjects',
    });
  }

  /** Allows finding the versions of rows that S3 has hidden behind a delete marker, because they are past their period and under a hold. */
  allowFindHiddenRows(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:ListBucketVersions'],
      resources: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': ROWS } },
    });
  }

  /** An address that a Lambda signs can do what its role may do, for a minute: read one version, and not list what there is. */
  allowHandOut(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [DOCUMENTS, ROWS].map((objects) => this.bucket.arnForObjects(objects)),
      because: 'evidenceObjects',
    });
  }

  allowKeep(lambda: GovernedFunction): void {
    this.allowRead(lambda);
    lambda.allow({
      actions: ['s3:PutObject', 's3:PutObjectRetention'],
      resources: [DOCUMENTS, ROWS].map((objects) => this.bucket.arnForObjects(objects)),
      because: 'evidenceObjects',
    });
  }

  allowPutRecords(lambda: GovernedFunction): void {
    this.allowPutEnvelopes(lambda, 'records/*');
  }

  /** A stage may attest for itself only. */
  allowPutAttestations(lambda: GovernedFunction, stage: StageName | typeof APPROVAL_RENEWAL): void {
    this.allowPutEnvelopes(lambda, `attestations/*/${stage}/*`);
  }

  /** Allows reading every envelope and putting another one beside it. None is ever replaced. */
  allowRenewEnvelopes(lambda: GovernedFunction): void {
    for (const objects of ENVELOPES) {
      lambda.allow({
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects(objects)],
        because: 'recordObjects',
      });
      this.allowPutEnvelopes(lambda, objects);
    }
  }

  /** Records are read to be verified. Only with the right to list does S3 tell one that is not there from a forbidden one. */
  allowReadRecords(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects('records/*')],
        because: 'recordObjects',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }

  allowReadAttestations(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject'],
      resources: [this.bucket.arnForObjects('attestations/*')],
      because: 'recordObjects',
    });
  }

  private allowPutEnvelopes(lambda: GovernedFunction, objects: string): void {
    lambda.allow({
      actions: ['s3:PutObject', 's3:PutObjectRetention'],
      resources: [this.bucket.arnForObjects(objects)],
      because: 'recordObjects',
    });
  }
}

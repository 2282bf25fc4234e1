import type { StageName } from '../../domain/checks/vocabulary.ts';
import type { APPROVAL_RENEWAL } from '../../domain/records/approval-renewal.ts';
import type { GovernedFunction } from './governed-function.ts';
import { LockedBucket } from './locked-bucket.ts';

/** Copies of the evidence, named by their digest, and the governance records that are based on it. */
export class EvidenceStore extends LockedBucket {
  allowRead(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: ['s3:GetObject'],
        resources: [this.bucket.arnForObjects('sha256/*')],
        because: 'evidenceObjects',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
  }

  /** An address that a Lambda signs can do what its role may do, for a minute: read one version, and not list what there is. */
  allowHandOut(lambda: GovernedFunction): void {
    lambda.allow({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [this.bucket.arnForObjects('sha256/*')],
      because: 'evidenceObjects',
    });
  }

  allowKeep(lambda: GovernedFunction): void {
    this.allowRead(lambda);
    lambda.allow({
      actions: ['s3:PutObject', 's3:PutObjectRetention'],
      resources: [this.bucket.arnForObjects('sha256/*')],
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
    for (const objects of ['records/*', 'attestations/*']) {
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

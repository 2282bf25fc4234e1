import { Aws } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { StageName } from '../../domain/checks/vocabulary.ts';
import { allow } from '../permissions.ts';
import type { GovernedFunction } from './governed-function.ts';

/**
 * The user's own buckets, where artifacts and evidence lie. Assay reads them, and writes its records beside artifacts.
 */
export class ModelBuckets {
  readonly names: readonly string[];
  /** The customer managed keys that objects there are encrypted with. */
  private readonly keyArns: readonly string[];

  constructor(names: readonly string[], keyArns: readonly string[] = []) {
    if (names.length === 0) throw new Error('there must be a model bucket that releases may come from');
    this.names = names;
    this.keyArns = keyArns;
  }

  /** The environment variable that a handler reads as a list. */
  get environment() {
    return { MODEL_BUCKETS: this.names.join(',') };
  }

  /**
   * Pinned versions may be read, and a bucket listed, so that a missing object can be distinguished from a forbidden
   * one.
   */
  allowRead(role: Role): void {
    allow(role, {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: this.arns('/*'),
      because: 'modelObjects',
    });
    allow(role, { actions: ['s3:ListBucket'], resources: this.arns('') });
    this.allowKeys(role, 'kms:Decrypt');
  }

  /** The newest version under a key may be looked up: S3 asks for the right to read the object, and not for its key. */
  allowLookUp(lambda: GovernedFunction): void {
    lambda.allow({ actions: ['s3:GetObject'], resources: this.arns('/*'), because: 'modelObjects' });
    lambda.allow({ actions: ['s3:ListBucket'], resources: this.arns('') });
  }

  allowPutRecords(lambda: GovernedFunction): void {
    this.allowPutEnvelopes(lambda, 'governance/*');
  }

  allowPutAttestations(lambda: GovernedFunction, stage: StageName): void {
    this.allowPutEnvelopes(lambda, `governance/*/${stage}/*`);
  }

  private allowPutEnvelopes(lambda: GovernedFunction, objects: string): void {
    const resources = [...this.arns(`/${objects}`), ...this.arns(`/*/${objects}`)];
    lambda.allow({ actions: ['s3:PutObject'], resources, because: 'recordObjects' });
    // What is put is encrypted as the bucket says, with a data key that S3 asks for in the name of who puts it.
    this.allowKeys(lambda.role, 'kms:GenerateDataKey');
  }

  /** Keys are used through S3 alone, and for nothing else that they encrypt. */
  private allowKeys(role: Role, action: 'kms:Decrypt' | 'kms:GenerateDataKey'): void {
    if (this.keyArns.length === 0) return;
    const conditions = { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } };
    allow(role, { actions: [action], resources: this.keyArns, conditions });
  }

  private arns(objects: string): string[] {
    return this.names.map((name) => `arn:${Aws.PARTITION}:s3:::${name}${objects}`);
  }
}

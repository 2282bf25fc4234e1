import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { OWN_ACCOUNT } from '../../domain/policy/own-account.ts';
import { allow } from '../permissions.ts';
import { CanonicalFile } from './canonical-file.ts';
import type { GovernedFunction } from './governed-function.ts';

export interface ModelBucketsProps {
  readonly names: readonly string[];
  /** The customer managed keys that objects there are encrypted with. */
  readonly keyArns: readonly string[];
}

/**
 * A managed policy has 6,144 characters. The ARN of all objects of a bucket has 88 at most, with its quotes and comma, in the
 * partition with the longest name.
 */
const BUCKETS_PER_POLICY = 67;
/** The CDK moves whole statements to further policies, and joins none beyond 2,000 characters. */
const BUCKETS_PER_STATEMENT = 15;

/**
 * The user's own buckets, where artifacts and evidence lie. Assay reads them, and writes its records beside artifacts. The
 * rights to read are policies that roles share: there may be 200 buckets, and a dozen roles that read them all.
 */
export class ModelBuckets extends Construct {
  private readonly names: readonly string[];
  private readonly keyArns: readonly string[];
  private readonly file: CanonicalFile;
  private readonly policies = new Map<string, readonly ManagedPolicy[]>();

  constructor(scope: Construct, id: string, { names, keyArns }: ModelBucketsProps) {
    super(scope, id);
    if (names.length === 0) throw new Error('there must be a model bucket that releases may come from');
    this.names = names;
    this.keyArns = keyArns;
    // All environment variables of a Lambda have 4 KB together. A file cannot have a token of CloudFormation.
    this.file = new CanonicalFile(
      this,
      'Names',
      names.map((name) => name.replaceAll(Aws.ACCOUNT_ID, OWN_ACCOUNT)),
    );
  }

  /** Where a handler reads the names. */
  get environment() {
    const { bucket, key, digest } = this.file;
    return { MODEL_BUCKETS_BUCKET: bucket, MODEL_BUCKETS_KEY: key, MODEL_BUCKETS_SHA256: digest };
  }

  allowReadNames(lambda: GovernedFunction): void {
    this.file.allowRead(lambda);
  }

  /** Pinned versions may be read. */
  allowRead(role: Role): void {
    this.share(role, 'Read', ['s3:GetObject', 's3:GetObjectVersion'], '/*');
    this.allowKeys(role, 'kms:Decrypt');
  }

  /** The newest version under a key may be looked up: S3 asks for the right to read the object, and not for its key. */
  allowLookUp(lambda: GovernedFunction): void {
    this.share(lambda.role, 'LookUp', ['s3:GetObject'], '/*');
  }

  /** What lies under a key now may be read. */
  allowReadNewest(lambda: GovernedFunction): void {
    this.allowLookUp(lambda);
    this.allowKeys(lambda.role, 'kms:Decrypt');
  }

  /** Whose errors people read: only with this right does S3 distinguish a missing object from a forbidden one. */
  allowList(role: Role): void {
    this.share(role, 'List', ['s3:ListBucket'], '');
  }

  /**
   * Beside an artifact at the top of its bucket, or in a folder of it: one pattern for both, or 200 buckets would not fit. It
   * also matches a folder whose name ends in `governance`.
   */
  allowPutRecords(lambda: GovernedFunction): void {
    for (const names of inChunks(this.names, BUCKETS_PER_STATEMENT)) {
      const resources = names.map((name) => arnOf(name, '/*governance/*'));
      lambda.allow({ actions: ['s3:PutObject'], resources, because: 'recordObjects' });
    }
    // What is put is encrypted as the bucket says, with a data key that S3 asks for in the name of who puts it.
    this.allowKeys(lambda.role, 'kms:GenerateDataKey');
  }

  private share(role: Role, id: string, actions: readonly string[], objects: string): void {
    const policies = this.policies.get(id) ?? this.makePolicies(id, actions, objects);
    this.policies.set(id, policies);
    for (const policy of policies) role.addManagedPolicy(policy);
  }

  private makePolicies(id: string, actions: readonly string[], objects: string): ManagedPolicy[] {
    return inChunks(this.names, BUCKETS_PER_POLICY).map((names, index) => {
      const policy = new ManagedPolicy(this, `${id}${index + 1}`);
      allow(policy, { actions, resources: names.map((name) => arnOf(name, objects)), because: 'modelObjects' });
      return policy;
    });
  }

  private allowKeys(role: Role, action: 'kms:Decrypt' | 'kms:GenerateDataKey'): void {
    if (this.keyArns.length > 0) allowThroughS3(role, action, this.keyArns);
  }
}

/** Lets a role use keys through S3 alone, and for nothing else that they encrypt. */
export const allowThroughS3 = (
  role: Role,
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  keyArns: readonly string[],
): void => {
  const conditions = { StringEquals: { 'kms:ViaService': `s3.${Aws.REGION}.${Aws.URL_SUFFIX}` } };
  allow(role, { actions: [action], resources: keyArns, conditions });
};

const arnOf = (name: string, objects: string): string => `arn:${Aws.PARTITION}:s3:::${name}${objects}`;

const inChunks = (names: readonly string[], size: number): (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / size) }, (_, index) => names.slice(index * size, (index + 1) * size));

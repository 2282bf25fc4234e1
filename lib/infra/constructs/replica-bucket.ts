import { ArnPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { LockedBucket, type LockedBucketProps } from './locked-bucket.ts';

interface ReplicaBucketProps extends Omit<LockedBucketProps, 'takesParts' | 'shortestDays'> {
  /** The role by which S3 copies the audit trail, in the account of the deployment. */
  readonly replicatedBy: string;
}

/**
 * Takes copies of the audit trail from the account of the deployment, with their locks, and nothing else: nobody writes, removes or
 * releases an object here, whichever account they are of.
 */
export class ReplicaBucket extends LockedBucket {
  constructor(scope: Construct, id: string, props: ReplicaBucketProps) {
    super(scope, id, props);
    const objects = this.bucket.arnForObjects('*');
    this.deny('DenyWriting', ['s3:PutObject', 's3:PutObjectRetention'], objects);
    // By a condition, because S3 takes no policy with a role that is not there yet.
    const from = {
      principals: [new ArnPrincipal(rootOf(props.replicatedBy))],
      conditions: { ArnEquals: { 'aws:PrincipalArn': props.replicatedBy } },
    };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...{ sid: 'TakeCopies', resources: [objects], ...from },
        actions: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner'],
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        ...{ sid: 'ShowThatItIsVersioned', resources: [this.bucket.bucketArn], ...from },
        actions: ['s3:GetBucketVersioning'],
      }),
    );
  }
}

const rootOf = (roleArn: string): string => roleArn.replace(/:role\/.*$/, ':root');

import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { allow } from '../permissions.ts';

export interface ReplicationProps {
  /** The bucket of the second account, with Object Lock. */
  readonly bucketName: string;
  /** Of the deployment, and so of the role. */
  readonly environment: string;
  /** Whose it is: that account owns the copies, so that nobody of this one can give them away or take them back. */
  readonly account: string;
}

/**
 * Copies each object of a locked bucket, with its retention and its legal hold, to a bucket of a second account. No delete marker is copied. What this
 * account loses, its own closing included, stays there.
 */
export class Replication extends Construct {
  constructor(scope: Construct, id: string, source: Bucket, { bucketName, account, environment }: ReplicationProps) {
    super(scope, id);
    const replica = Stack.of(this).formatArn({
      ...{ service: 's3', region: '', account: '', resource: bucketName },
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    // The bucket there is made first, and its policy names the role.
    const role = new Role(this, 'Role', {
      roleName: `assay-${environment}-replication-${Aws.REGION}`,
      assumedBy: new ServicePrincipal('s3.amazonaws.com'),
    });
    allow(role, { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [source.bucketArn] });
    allow(role, {
      actions: [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
      ],
      resources: [source.arnForObjects('*')],
      because: 'replicatedObjects',
    });
    allow(role, {
      actions: ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner'],
      resources: [`${replica}/*`],
      because: 'replicatedObjects',
    });
    const bucket = source.node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error(`${source.node.path} is no bucket of this app`);
    bucket.replicationConfiguration = {
      role: role.roleArn,
      rules: [
        {
          id: 'second-account',
          status: 'Enabled',
          priority: 1,
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Disabled' },
          destination: { bucket: replica, account, accessControlTranslation: { owner: 'Destination' } },
        },
      ],
    };
  }
}

import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AccessLogs } from '../constructs/access-logs.ts';
import { ReplicaBucket } from '../constructs/replica-bucket.ts';
import { executionRoleArn } from '../execution-role.ts';
import { decideRetention } from '../retention.ts';
import type { Settings } from '../settings.ts';

/** The second account: a bucket for copies of the audit trail, locked by default for as long as the trail is. */
export class ReplicaStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings & { readonly replicationRole: string }) {
    const { production, replicationRole: replicatedBy } = settings;
    super(scope, id, {
      description: 'Assay: copies of the audit trail of a deployment in another account',
      terminationProtection: production,
    });
    // Classes come with the copies, each with its own lock. Evidence is not copied.
    const { mode, auditDays } = decideRetention({
      ...settings,
      ...{ auditRetentionClasses: undefined, evidenceRetentionDays: undefined },
    });
    const { bucket } = new ReplicaBucket(this, 'Replica', {
      ...{ mode, replicatedBy, retentionDays: auditDays },
      accessLogs: new AccessLogs(this, 'AccessLogs'),
      executionRoleArn: executionRoleArn(this.node, settings.executionRole),
    });
    new CfnOutput(this, 'ReplicaBucketName', { value: bucket.bucketName });
  }
}

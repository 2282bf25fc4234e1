import { Aws } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

interface WorkgroupProps {
  readonly name: string;
  readonly description?: string;
  /** Its answers lie under `results/` there. */
  readonly bucket: Bucket;
  readonly scannedMaxBytes: number;
}

/** A workgroup of Athena whose bounds no query can set aside. */
export const athenaWorkgroup = (
  scope: Construct,
  { bucket, scannedMaxBytes, ...named }: WorkgroupProps,
): CfnWorkGroup =>
  new CfnWorkGroup(scope, 'Workgroup', {
    ...named,
    // Without it a workgroup that has ever been asked anything cannot be deleted, and its stack neither.
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      bytesScannedCutoffPerQuery: scannedMaxBytes,
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      resultConfiguration: {
        outputLocation: `s3://${bucket.bucketName}/results/`,
        encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        expectedBucketOwner: Aws.ACCOUNT_ID,
      },
    },
  });

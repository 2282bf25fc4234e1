import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import type { AccessLogs } from './access-logs.ts';
import { athenaWorkgroup } from './athena-workgroup.ts';
import type { GovernedFunction } from './governed-function.ts';

/**
 * Larger tables of predictions are counted on Athena. Downloading them to a Lambda's disk would take half a minute,
 * reading them some minutes, and a check is ended after five.
 */
export const COUNTED_HERE_MAX_BYTES = 2 * 1024 ** 3;
/**
 * Evidence is kept in single puts of at most 5 GB. A comparison reads two such tables, and their ids three times, which
 * may be most of what they have.
 */
const SCANNED_MAX_BYTES = 2 * 3 * 5 * 1024 ** 3;

export interface LargeTablesProps {
  readonly environment: string;
  readonly accessLogs: AccessLogs;
}

/**
 * Where Athena counts tables too large for a Lambda. Nothing here is evidence: objects expire in a week, and can be
 * remade.
 */
export class LargeTables extends Construct {
  private readonly bucket: Bucket;
  private readonly database: string;
  private readonly workgroup: CfnWorkGroup;

  constructor(scope: Construct, id: string, { environment, accessLogs }: LargeTablesProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsBucket: accessLogs.bucket,
      serverAccessLogsPrefix: 'LargeTables/',
      lifecycleRules: [{ expiration: Duration.days(7), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.database = `assay_${environment.replaceAll('-', '_')}`;
    new CfnDatabase(this, 'Database', { catalogId: Aws.ACCOUNT_ID, databaseInput: { name: this.database } });
    this.workgroup = athenaWorkgroup(this, {
      name: `assay-${environment}-counting`,
      bucket: this.bucket,
      scannedMaxBytes: SCANNED_MAX_BYTES,
    });
  }

  /** The environment variables of a handler that counts. */
  get environment() {
    return {
      COUNTED_HERE_MAX_BYTES: String(COUNTED_HERE_MAX_BYTES),
      COUNTING_WORKGROUP: this.workgroup.name,
      COUNTING_DATABASE: this.database,
      COUNTING_BUCKET: this.bucket.bucketName,
    };
  }

  /**
   * The Lambda copies a table, catalogues it and queries it once. Athena reads and writes with the caller's
   * permissions.
   */
  allowCount(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: [
          'athena:GetQueryExecution',
          'athena:GetQueryResults',
          'athena:StartQueryExecution',
          'athena:StopQueryExecution',
        ],
        resources: [regional('athena', `workgroup/${this.workgroup.name}`)],
      })
      .allow({
        actions: ['glue:CreateTable', 'glue:GetDatabase', 'glue:GetTable'],
        resources: [
          regional('glue', 'catalog'),
          regional('glue', `database/${this.database}`),
          regional('glue', `table/${this.database}/predictions_*`),
        ],
        because: 'countedTables',
      })
      // Athena asks for both rights on the default database before it runs any DDL, whatever the statement names.
      .allow({
        actions: ['glue:GetDatabase', 'glue:CreateDatabase'],
        resources: [regional('glue', 'catalog'), regional('glue', 'database/default')],
      })
      .allow({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [this.bucket.bucketArn] })
      .allow({
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: [this.bucket.arnForObjects('tables/*'), this.bucket.arnForObjects('results/*')],
        because: 'countedTables',
      });
  }
}

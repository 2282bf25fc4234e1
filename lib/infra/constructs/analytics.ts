import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import type { AccessLogs } from './access-logs.ts';
import { defineEvents, defineHistory, defineOrigins } from './analytics-tables.ts';
import { athenaWorkgroup } from './athena-workgroup.ts';
import type { Foundations } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';

/**
 * What one question may read, at five dollars for each terabyte. The rows of ten million events are some five gigabytes, of
 * which a question about one model reads little.
 */
const SCANNED_MAX_BYTES = 10 * 1024 ** 3;
/** A result is read in minutes; a page of it can be asked for again until then. */
const RESULT_DAYS = 1;

/** Some thousand bundles are read in a minute; what is left then is for the next run. */
const DERIVING = { timeoutSeconds: 900, memoryMib: 1769, storageMib: 1024 };

export interface AnalyticsProps {
  readonly on: Foundations;
  readonly accessLogs: AccessLogs;
}

/**
 * What questions to the audit trail are asked of: the rows of `history`, which are derived from the bundles of the log, and
 * the bundles themselves. Nothing here is evidence: all of it can be made again from the ledger, and each row says where
 * there its event lies.
 */
export class Analytics extends Construct {
  readonly bucket: Bucket;
  readonly database: string;
  readonly workgroup: string;
  /** Derives the rows that are missing, every night and when it is asked to. */
  readonly derive: GovernedFunction;

  constructor(scope: Construct, id: string, { on, accessLogs }: AnalyticsProps) {
    super(scope, id);
    const { environment, ledger } = on;
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      serverAccessLogsBucket: accessLogs.bucket,
      serverAccessLogsPrefix: 'Analytics/',
      lifecycleRules: [
        { prefix: 'results/', expiration: Duration.days(RESULT_DAYS) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Not `assay_<environment>_questions`, which could be that of the tables that another environment counts.
    this.database = `questions_assay_${environment.replaceAll('-', '_')}`;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: this.database, description: `The audit trail of assay-${environment}` },
    });
    for (const table of [
      defineHistory(this, this.database, this.bucket.bucketName),
      defineOrigins(this, this.database, this.bucket.bucketName),
      defineEvents(this, this.database, ledger.bucket.bucketName),
    ]) {
      table.addResourceDependency(database);
    }
    this.workgroup = `assay-${environment}-questions`;
    this.openWorkgroup();
    this.derive = this.deriveNightly(on);
  }

  private deriveNightly(on: Foundations): GovernedFunction {
    const derive = new GovernedFunction(this, 'DeriveHistory', {
      ...DERIVING,
      defaults: on.defaults,
      layers: [on.duckdb],
      environment: { AUDIT_BUCKET: on.ledger.bucket.bucketName, HISTORY_BUCKET: this.bucket.bucketName },
    });
    on.ledger.allowReadLog(derive);
    derive
      .allow({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['history/*', 'state/*'].map((keys) => this.bucket.arnForObjects(keys)),
        because: 'derivedRows',
      })
      .allow({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] });
    new Rule(this, 'Nightly', {
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(derive.lambda)],
    });
    return derive;
  }

  private openWorkgroup(): void {
    athenaWorkgroup(this, {
      name: this.workgroup,
      description: 'Questions to the audit trail of Assay',
      bucket: this.bucket,
      scannedMaxBytes: SCANNED_MAX_BYTES,
    });
  }

  /** The environment variables of a handler that asks. */
  get environment() {
    return {
      HISTORY_BUCKET: this.bucket.bucketName,
      QUESTIONS_WORKGROUP: this.workgroup,
      QUESTIONS_DATABASE: this.database,
      DERIVE_FUNCTION: this.derive.lambda.functionArn,
    };
  }

  /** Allows asking in the workgroup, and having the rows derived first. Athena reads and writes with the caller's permissions. */
  allowAsk(lambda: GovernedFunction): void {
    lambda
      .allow({
        actions: ['athena:GetQueryExecution', 'athena:GetQueryResults', 'athena:StartQueryExecution'],
        resources: [regional('athena', `workgroup/${this.workgroup}`)],
      })
      .allow({ actions: ['lambda:InvokeFunction'], resources: [this.derive.lambda.functionArn] })
      // Athena asks for the default database before it runs anything.
      .allow({
        actions: ['glue:GetDatabase'],
        resources: ['catalog', 'database/default', `database/${this.database}`].map((it) => regional('glue', it)),
      })
      .allow({
        actions: ['glue:GetTable'],
        resources: [
          ...['catalog', `database/${this.database}`],
          ...['history', 'origins'].map((table) => `table/${this.database}/${table}`),
        ].map((it) => regional('glue', it)),
      })
      .allow({ actions: ['s3:GetBucketLocation', 's3:ListBucket'], resources: [this.bucket.bucketArn] })
      .allow({
        actions: ['s3:GetObject'],
        resources: ['history/*', 'state/*'].map((keys) => this.bucket.arnForObjects(keys)),
        because: 'derivedRows',
      })
      .allow({
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: [this.bucket.arnForObjects('results/*')],
        because: 'derivedRows',
      });
  }
}

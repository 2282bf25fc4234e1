/** The tables of the catalogue that questions are asked of, as Athena has to know them. */
import { Aws } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { HISTORY_PREFIX, ORIGINS_PREFIX } from '../../domain/questions/history-reach.ts';
import { HISTORY_COLUMNS } from '../../domain/questions/history-row.ts';
import { ORIGIN_COLUMNS } from '../../domain/questions/origin-row.ts';

/** Before it there was no Assay, so there is no bundle of an earlier day. */
const FIRST_DAY = '2026-01-01';

/**
 * The rows that questions are asked of. It has no partitions: the files are many entries each, by their numbers, and Parquet
 * says of each part of a file between which models and instants its rows are.
 */
export const defineHistory = (scope: Construct, databaseName: string, bucket: string): CfnTable =>
  parquetTable(scope, 'History', databaseName, {
    name: 'history',
    description: 'An event of the audit trail for each row, with the place in the log where its proof lies',
    location: `s3://${bucket}/${HISTORY_PREFIX}`,
    columns: HISTORY_COLUMNS,
  });

/** What each release comes from, by its id, and by the ids and digests of its sources. */
export const defineOrigins = (scope: Construct, databaseName: string, bucket: string): CfnTable =>
  parquetTable(scope, 'Origins', databaseName, {
    name: 'origins',
    description: 'A release for each row, and one thing that it comes from, with the entry of the log that says so',
    location: `s3://${bucket}/${ORIGINS_PREFIX}`,
    columns: ORIGIN_COLUMNS,
  });

type ParquetTable = {
  readonly name: string;
  readonly description: string;
  readonly location: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

const parquetTable = (
  scope: Construct,
  id: string,
  databaseName: string,
  { name, description, location, columns }: ParquetTable,
): CfnTable =>
  new CfnTable(scope, id, {
    catalogId: Aws.ACCOUNT_ID,
    databaseName,
    tableInput: {
      name,
      description,
      tableType: 'EXTERNAL_TABLE',
      parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
      storageDescriptor: {
        location,
        columns: columns.map(({ name, type }) => ({ name, type })),
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
    },
  });

/**
 * The bundles of the log as they lie in the audit bucket, an event for each row. The days are projected: a new one needs
 * nobody to add a partition.
 */
export const defineEvents = (scope: Construct, databaseName: string, bucket: string): CfnTable => {
  const location = `s3://${bucket}/bundles/v1/`;
  return new CfnTable(scope, 'Events', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName,
    tableInput: {
      name: 'events',
      description: 'Every event of the audit trail as it is in the log, by day: name one, or all days are read',
      tableType: 'EXTERNAL_TABLE',
      parameters: {
        EXTERNAL: 'TRUE',
        classification: 'json',
        'projection.enabled': 'true',
        'projection.dt.type': 'date',
        'projection.dt.format': 'yyyy-MM-dd',
        'projection.dt.range': `${FIRST_DAY},NOW`,
        'projection.dt.interval': '1',
        'projection.dt.interval.unit': 'DAYS',
        'storage.location.template': `${location}dt=\${dt}/`,
      },
      partitionKeys: [{ name: 'dt', type: 'string' }],
      storageDescriptor: {
        location,
        columns: EVENT_COLUMNS.map(([name, type]) => ({ name, type })),
        inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
        serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      },
    },
  });
};

/** The members of an event. What `details` has depends on its type, so it is read as the text of its JSON. */
export const EVENT_COLUMNS = [
  ['v', 'int'],
  ['model', 'string'],
  ['seq', 'bigint'],
  ['prev', 'string'],
  ['event_type', 'string'],
  ['timestamp', 'string'],
  ['release_id', 'string'],
  ['model_name', 'string'],
  ['model_version', 'string'],
  ['actor_id', 'string'],
  ['actor_role', 'string'],
  ['actor_auth', 'string'],
  ['approval_state', 'string'],
  ['meaning', 'string'],
  ['reason', 'string'],
  ['subject', 'struct<artifact_sha256:string,artifact_version_id:string,evidence_digest:string,record_sha256:string>'],
  ['policy_sha256', 'string'],
  ['evidence_refs', 'array<string>'],
  ['details', 'string'],
  ['linked_incident', 'string'],
  ['idempotency_key', 'string'],
] as const;

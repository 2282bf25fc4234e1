/** A table of predictions that is too large to download: only its footer is read, and Athena counts it in S3. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { BehaviourCounts } from '../../domain/evidence/predictions/behaviour.ts';
import { type BehaviourQuestion, behaviourColumns } from '../../domain/evidence/predictions/behaviour-question.ts';
import type { Ids } from '../../domain/evidence/predictions/behaviour-sql.ts';
import type { OutcomeCounts } from '../../domain/evidence/predictions/predictions.ts';
import { METADATA_MAX_BYTES } from '../../domain/evidence/predictions/predictions-parquet.ts';
import { columnsOf } from '../../domain/evidence/predictions/predictions-sql.ts';
import type { OutcomeQuestion } from '../../domain/evidence/predictions/predictions-tally.ts';
import type { EvidenceCopy } from '../../domain/release/evidence-copy.ts';
import { sha256 as digestOf } from '../../domain/signing/canonical-json.ts';
import { readableKey } from '../s3-evidence-store.ts';
import { s3 } from '../s3-objects.ts';
import {
  type AthenaOptions,
  type AthenaTable,
  type AthenaWorkspace,
  compareBehaviourOnAthena,
  countOutcomesOnAthena,
  queryAthena,
} from './athena-outcome-counts.ts';
import { foundIn, LIVE } from './duckdb-behaviour.ts';
import { type FoundColumn, schemaOf } from './duckdb-columns.ts';
import { areWholeIds } from './duckdb-ids.ts';
import { describeParquet } from './duckdb-outcome-counts.ts';
import type { NamedTable } from './duckdb-table.ts';

/** A kept copy of predictions, and its bucket. */
export type KeptTable = EvidenceCopy & { readonly bucket: string; readonly sizeBytes: number };

/** Where Athena reads and writes. Nothing there is evidence, and everything can be made again. */
export type CountingWorkspace = AthenaWorkspace & { readonly database: string; readonly bucket: string };

/**
 * Counts outcomes with the statement that DuckDB runs too. Undefined if the table is not Parquet: text has no footer
 * that describes it, and is counted from the disk. Refuses a table that lacks a column, or has one of a type that
 * cannot hold a decision.
 */
export const countLargeTable = async (
  kept: KeptTable,
  question: OutcomeQuestion,
  workspace: CountingWorkspace,
  options?: AthenaOptions,
): Promise<OutcomeCounts | undefined> => {
  const columns = await parquetColumns(kept, { columns: columnsOf(question), field: 'predictions' });
  if (columns === undefined) return undefined;
  const table = await defineTable(kept, columns, workspace, options);
  const counts = await countOutcomesOnAthena(table, question, workspace, options);
  return { ...counts, schema: schemaOf('Parquet', columns) };
};

/**
 * Compares the decisions in two tables with the statement that DuckDB runs too. Undefined if one of them is not Parquet.
 * Further columns are not looked at: so many rows have too many different cells.
 */
export const compareLargeTables = async (
  kept: { readonly now: KeptTable; readonly former: KeptTable },
  question: BehaviourQuestion,
  workspace: CountingWorkspace,
  options?: AthenaOptions,
): Promise<BehaviourCounts | undefined> => {
  const asked = behaviourColumns(question);
  const now = await parquetColumns(kept.now, { columns: asked.now, field: 'predictions' });
  const former = await parquetColumns(kept.former, {
    columns: asked.former,
    optional: question.sameColumns,
    field: LIVE,
  });
  if (now === undefined || former === undefined) return undefined;
  // One after the other: two releases may have the same table, which is defined once.
  const tables = {
    now: await defineTable(kept.now, now, workspace, options),
    former: await defineTable(kept.former, former, workspace, options),
  };
  const ids: Ids = { as: areWholeIds(now, former, question) ? 'numbers' : 'keys' };
  const statement = { ...question, liveColumns: foundIn(former, question), further: [], ids };
  return compareBehaviourOnAthena(tables, statement, workspace, { patience: PATIENCE_OF_COMPARISON, ...options });
};

/** Two tables are defined before, and all of it has to end within the 300 seconds of the check. */
const PATIENCE_OF_COMPARISON = { seconds: 210, pollMilliseconds: 500 };

/** Lays a copy of the table where Athena may read it, and defines it in the catalogue. */
const defineTable = async (
  kept: KeptTable,
  columns: readonly FoundColumn[],
  workspace: CountingWorkspace,
  options?: AthenaOptions,
): Promise<AthenaTable> => {
  await copyForAthena(kept, workspace);
  const table = { database: workspace.database, table: tableName(kept, columns) };
  const definition = tableDefinition(table, columns, locationOf(kept, workspace));
  await queryAthena(definition, workspace, { patience: PATIENCE_OF_DEFINITION, ...options });
  return table;
};

/** A definition reads no data, and the time it takes is part of the 300 seconds of the check that counts. */
const PATIENCE_OF_DEFINITION = { seconds: 30, pollMilliseconds: 500 };

const MAGIC_BYTES = 4;
const TRAILER_BYTES = 8;

/** These columns, with their types: DuckDB reads them from a sparse file of head and footer only. */
const parquetColumns = async (kept: KeptTable, asked: Omit<NamedTable, 'file'>): Promise<FoundColumn[] | undefined> => {
  const head = await rangeOf(kept, 0, MAGIC_BYTES);
  if (head.toString('latin1') !== 'PAR1') return undefined;
  const tail = await rangeOf(kept, Math.max(0, kept.sizeBytes - METADATA_MAX_BYTES - TRAILER_BYTES), kept.sizeBytes);
  const folder = await mkdtemp(join(tmpdir(), 'footer-'));
  try {
    const file = join(folder, 'table');
    await layAround(file, head, tail, kept.sizeBytes);
    return await describeParquet({ ...asked, file });
  } finally {
    await rm(folder, { recursive: true });
  }
};

const layAround = async (file: string, head: Buffer, tail: Buffer, sizeBytes: number): Promise<void> => {
  const handle = await open(file, 'wx');
  try {
    await handle.truncate(sizeBytes);
    await handle.write(head, 0, head.length, 0);
    await handle.write(tail, 0, tail.length, sizeBytes - tail.length);
  } finally {
    await handle.close();
  }
};

const rangeOf = async (kept: KeptTable, from: number, until: number): Promise<Buffer> => {
  const Range = `bytes=${from}-${until - 1}`;
  const Key = readableKey(kept);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: kept.bucket, Key, Range }));
  if (Body === undefined) throw new Error(`could not read ${Key}: no body`);
  return Buffer.from(await Body.transformToByteArray());
};

const folderOf = ({ sha256 }: KeptTable): string => `tables/${sha256}`;
const locationOf = (kept: KeptTable, { bucket }: CountingWorkspace): string => `s3://${bucket}/${folderOf(kept)}/`;

/** Athena reads whole folders, so each table gets one of its own. S3 computes the digest of the copy. */
const copyForAthena = async (kept: KeptTable, { bucket, accountId }: CountingWorkspace): Promise<void> => {
  const place = { Bucket: bucket, Key: `${folderOf(kept)}/table.parquet`, ExpectedBucketOwner: accountId };
  const CopySource = `${kept.bucket}/${readableKey(kept)}`;
  await s3.send(new CopyObjectCommand({ ...place, CopySource, ChecksumAlgorithm: 'SHA256' }));
  const { ChecksumSHA256 = '' } = await s3.send(new HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }));
  const found = Buffer.from(ChecksumSHA256, 'base64').toString('hex');
  if (found !== kept.sha256) throw new Error(`could not copy ${kept.sha256}: the copy hashes to ${found || 'nothing'}`);
};

/** The name is a digest of the content and the columns: the same table has the same name, and no other table has it. */
const tableName = ({ sha256 }: KeptTable, columns: readonly FoundColumn[]): string =>
  `predictions_${digestOf(JSON.stringify([sha256, columns.map(({ name, type }) => ({ name, type }))]))}`;

/**
 * No name can break out of its quotes: the manifest's schema limits columns to `[A-Za-z0-9_]`, other names are ours.
 */
const tableDefinition = (
  { database, table }: { readonly database: string; readonly table: string },
  columns: readonly FoundColumn[],
  location: string,
): string =>
  `CREATE EXTERNAL TABLE IF NOT EXISTS \`${database}\`.\`${table}\` (${columns
    .map(({ name, type }) => `\`${name}\` ${type}`)
    .join(', ')}) STORED AS PARQUET LOCATION '${location}'`;

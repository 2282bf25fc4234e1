import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOutcomesOnAthena } from '../../../lib/adapters/counting/athena-outcome-counts.ts';
import { countOutcomes } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { countLargeTable } from '../../../lib/adapters/counting/large-table.ts';
import type { Sha256 } from '../../../lib/domain/identifiers.ts';
import { clientConfig } from '../../../local/clients.ts';
import { root } from '../../local/support/emulator.ts';
import { digestOf } from '../../support/approval-case.ts';
import { ACCOUNT_ID, type Aws, startAws } from '../../support/aws.ts';

/** The emulator's Athena is DuckDB, so this tests the calls and the table, but not Trino's dialect. */

const EXAMPLE = join(root, 'examples/hmda-mortgage/1.1.0/predictions.parquet');
const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'marital_status'],
};
const WORKSPACE = {
  workgroup: 'primary',
  database: 'assay_test',
  bucket: 'counting',
  resultLocation: 's3://counting/results/',
  accountId: ACCOUNT_ID,
};

let aws: Aws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startAws('athena');
  s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await aws.makeBucket('kept', 'locked');
  await aws.makeBucket('counting', 'plain');
  // A client of Glue would be a dependency for this one call.
  const headers = { 'x-amz-target': 'AWSGlue.CreateDatabase', 'content-type': 'application/x-amz-json-1.1' };
  const body = JSON.stringify({ DatabaseInput: { Name: WORKSPACE.database } });
  expect((await fetch(aws.awsEndpoint, { method: 'POST', headers, body })).status).toBe(200);
}, 180_000);
afterAll(() => aws.stop());

/** Keeps bytes as evidence is kept. */
const keep = async (bytes: Uint8Array, name?: Sha256) => {
  const hash = createHash('sha256').update(bytes);
  const sha256 = name ?? (hash.copy().digest('hex') as Sha256); // a digest, in hexadecimal
  const ChecksumSHA256 = hash.digest('base64');
  await s3.send(new PutObjectCommand({ Bucket: 'kept', Key: `sha256/${sha256}`, Body: bytes, ChecksumSHA256 }));
  return { bucket: 'kept', sha256, sizeBytes: bytes.length };
};

/** A Parquet file with what a SELECT gives. */
const parquet = async (select: string): Promise<Uint8Array> => {
  const file = join(tmpdir(), `large-table-${process.pid}-${digestOf(select)}.parquet`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  const bytes = await readFile(file);
  await rm(file);
  return bytes;
};

describe('a table that is counted in S3', () => {
  it.each([{}, { weight_column: 'score' }])('has the counts that DuckDB has of the file: %j', async (weights) => {
    const question = { ...QUESTION, ...weights };

    const counts = await countLargeTable(await keep(await readFile(EXAMPLE)), question, WORKSPACE);

    expect(counts?.rows).toBe(1190);
    expect(counts).toEqual(await countOutcomes(EXAMPLE, question));
  });

  it('may hold its decisions as any type that is one', async () => {
    const select = `SELECT i % 2 = 0 AS label, (i % 3)::DECIMAL(3, 1) AS prediction, DATE '2026-01-01' + (i % 2)::INT AS race,
      (i % 5)::SMALLINT AS marital_status FROM range(60) AS t(i)`;
    const bytes = await parquet(select);
    const file = join(tmpdir(), `large-table-${process.pid}.parquet`);
    await writeFile(file, bytes);

    const counts = await countLargeTable(await keep(bytes), QUESTION, WORKSPACE);

    expect(counts).toEqual(await countOutcomes(file, QUESTION));
    await rm(file);
  });

  it('is copied once to a folder of its own, beside nothing else', async () => {
    const kept = await keep(await readFile(EXAMPLE));

    await countLargeTable(kept, QUESTION, WORKSPACE);
    await countLargeTable(kept, { ...QUESTION, protected_attributes: ['race'] }, WORKSPACE);

    const { Contents } = await s3.send(
      new ListObjectsV2Command({ Bucket: 'counting', Prefix: `tables/${kept.sha256}` }),
    );
    expect(Contents?.map(({ Key }) => Key)).toEqual([`tables/${kept.sha256}/table.parquet`]);
  });

  it('is Parquet: text is counted from the disk', async () => {
    const kept = await keep(Buffer.from('label,prediction,race,marital_status\n1,1,a,b\n'));

    expect(await countLargeTable(kept, QUESTION, WORKSPACE)).toBeUndefined();
  });

  it.each([
    ['lacks a column', "SELECT 1 AS label, 1 AS prediction, 'a' AS race", 'lacks column marital_status'],
    [
      'has a list for a decision',
      "SELECT 1 AS label, [1] AS prediction, 'a' AS race, 'b' AS marital_status",
      'has column prediction as a list or a structure',
    ],
  ])('is refused when it %s, before anything is copied', async (_, select, problem) => {
    const kept = await keep(await parquet(select));

    await expect(countLargeTable(kept, QUESTION, WORKSPACE)).rejects.toMatchObject({
      code: 'EvidenceUnreadable',
      message: expect.stringContaining(problem),
    });
    const { KeyCount } = await s3.send(
      new ListObjectsV2Command({ Bucket: 'counting', Prefix: `tables/${kept.sha256}` }),
    );
    expect(KeyCount).toBe(0);
  });

  it('is refused when its footer is no footer', async () => {
    const kept = await keep(Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(10_000, 7), Buffer.from('PAR1')]));

    await expect(countLargeTable(kept, QUESTION, WORKSPACE)).rejects.toThrow('not a readable Parquet table');
  });

  it('is not counted when the copy does not match its digest', async () => {
    const kept = await keep(await readFile(EXAMPLE), digestOf('other predictions'));

    await expect(countLargeTable(kept, QUESTION, WORKSPACE)).rejects.toThrow('the copy hashes to');
  });
});

describe("the emulator's Athena", () => {
  it('fails loudly about a table that is not there', async () => {
    const table = { database: WORKSPACE.database, table: 'nowhere' };

    await expect(countOutcomesOnAthena(table, QUESTION, WORKSPACE)).rejects.toThrow('FAILED');
  });
});

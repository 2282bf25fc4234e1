import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOutcomesOnAthena } from '../../../lib/adapters/counting/athena-outcome-counts.ts';
import { compareBehaviour } from '../../../lib/adapters/counting/duckdb-behaviour.ts';
import { countOutcomes } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { compareLargeTables, countLargeTable, type KeptTable } from '../../../lib/adapters/counting/large-table.ts';
import type { BehaviourQuestion } from '../../../lib/domain/evidence/predictions/behaviour-question.ts';
import type { Sha256 } from '../../../lib/domain/identifiers.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { clientConfig } from '../../../local/clients.ts';
import { root } from '../../local/support/emulator.ts';
import { aBehaviourQuestion } from '../../support/a-behaviour-question.ts';
import { digestOf } from '../../support/approval-case.ts';
import { ACCOUNT_ID, type Aws, startAws } from '../../support/aws.ts';

/** The emulator's Athena is DuckDB, so this tests the calls and the table, but not Trino's dialect. */

const EXAMPLE = join(root, 'examples/hmda-mortgage/1.1.0/predictions.parquet');
const LATER_EXAMPLE = join(root, 'examples/hmda-mortgage/1.2.0/predictions.parquet');
const BY_APPLICATION = { columns: { row_id: 'application_id' }, protected_attributes: ['race', 'marital_status'] };
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
});
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

/** What both engines make of two tables. */
const compareBoth = async (now: Uint8Array, former: Uint8Array, question: BehaviourQuestion) => {
  const files = ['now', 'former'].map((name) => join(tmpdir(), `large-tables-${process.pid}-${name}.parquet`));
  const [nowFile = '', formerFile = ''] = files;
  await Promise.all([writeFile(nowFile, now), writeFile(formerFile, former)]);
  const kept = { now: await keep(now), former: await keep(former) };
  const onAthena = await compareLargeTables(kept, question, WORKSPACE).catch(reasonOf);
  const onDuckdb = await compareBehaviour({ now: nowFile, former: formerFile }, question).catch(reasonOf);
  await Promise.all(files.map((file) => rm(file)));
  return { onAthena, onDuckdb };
};
const reasonOf = (cause: unknown): string => {
  if (cause instanceof Refusal) return cause.message;
  throw cause;
};

const NOW = `SELECT * FROM (VALUES
  ('a-1', 1, 1, 'a'), ('a-2', 0, 0, 'a'), ('3.0', 1, 0, 'b'), ('a-5', 1, 1, 'b'), (NULL, 1, 1, 'b'), ('nan', 1, 0, 'b'))
  AS t(id, label, prediction, race)`;
const FORMER = `SELECT * FROM (VALUES
  ('3', 1, 1.0, 'b'), ('a-2', 0, 1, 'a'), ('a-1', 0, 1, 'a'), ('a-4', 0, 0, 'b'), ('', 1, 1, 'b'))
  AS t(id, label, prediction, race)`;

describe('CK-15 two tables that are compared in S3', () => {
  it('have the counts that DuckDB has of the files, without further columns', async () => {
    const asked = aBehaviourQuestion(BY_APPLICATION, BY_APPLICATION);

    const { onAthena, onDuckdb } = await compareBoth(await readFile(LATER_EXAMPLE), await readFile(EXAMPLE), asked);

    expect(onAthena).toMatchObject({ all: { stayedYes: 1010, stayedNo: 89, yesToNo: 32, noToYes: 59 }, columns: [] });
    expect(onAthena).toEqual({ ...Object(onDuckdb), columns: [] });
  });

  it('are joined by what ids say, and rows without one are counted and joined with none', async () => {
    const { onAthena, onDuckdb } = await compareBoth(await parquet(NOW), await parquet(FORMER), aBehaviourQuestion());

    expect(onAthena).toEqual(onDuckdb);
    expect(onAthena).toMatchObject({
      rows: { now: 6, former: 5 },
      unnamed: { now: 2, former: 1 },
      common: 3,
      contradicted: 1,
      all: { stayedYes: 1, stayedNo: 0, yesToNo: 2, noToYes: 0 },
    });
  });

  it.each([
    ['INTEGER', 'BIGINT'],
    ['BIGINT', 'VARCHAR'],
    ['DOUBLE', 'SMALLINT'],
  ])('are joined by ids of type %s and %s', async (type, other) => {
    const table = (of: string) =>
      parquet(`SELECT i::${of} AS id, 1 AS label, (i % 3 = 0)::INT AS prediction, 'a' AS race FROM range(9) AS t(i)`);

    const { onAthena, onDuckdb } = await compareBoth(await table(type), await table(other), aBehaviourQuestion());

    expect(onAthena).toEqual(onDuckdb);
    expect(onAthena).toMatchObject({ common: 9, all: { stayedYes: 3, stayedNo: 6 } });
  });

  it('are refused where an id is repeated, by the table and how often it is there', async () => {
    const twice = await parquet(`${NOW} UNION ALL SELECT '3.00', 1, 1, 'b' UNION ALL SELECT 'a-1', 1, 1, 'a'`);
    const former = await parquet(FORMER);
    const asked = aBehaviourQuestion();

    const [first, second] = [await compareBoth(twice, former, asked), await compareBoth(former, twice, asked)];

    expect(first.onAthena).toContain('has 3 2 times in column id, a-1 2 times in column id');
    expect(first.onAthena).toBe(first.onDuckdb);
    expect(second.onAthena).toContain('a-1 2 times in column id of the live release');
    expect(second.onAthena).toBe(second.onDuckdb);
  });

  it('are both Parquet: text is compared on the disk', async () => {
    const table = await keep(await parquet(NOW));
    const text = await keep(Buffer.from('id,label,prediction,race\n1,1,1,a\n'));

    expect(await compareLargeTables({ now: table, former: text }, aBehaviourQuestion(), WORKSPACE)).toBeUndefined();
    expect(await compareLargeTables({ now: text, former: table }, aBehaviourQuestion(), WORKSPACE)).toBeUndefined();
  });

  it.each([
    ["SELECT 'a-1' AS id, 1 AS label, 'b' AS race", 'lacks column prediction'],
    ["SELECT uuid() AS id, 1 AS label, 1 AS prediction, 'b' AS race", 'has column id as'],
  ])('are refused by the table that is at fault: %s', async (select, problem) => {
    const [good, bad] = [await keep(await parquet(NOW)), await keep(await parquet(select))];
    const violationsOf = (tables: { now: KeptTable; former: KeptTable }) =>
      compareLargeTables(tables, aBehaviourQuestion(), WORKSPACE).catch((cause: Refusal) => cause.violations);

    expect(await violationsOf({ now: bad, former: good })).toMatchObject([
      { field: 'predictions', problem: expect.stringContaining(problem) },
    ]);
    expect(await violationsOf({ now: good, former: bad })).toMatchObject([
      { field: 'predictions of the live release', problem: expect.stringContaining(problem) },
    ]);
  });
});

describe("the emulator's Athena", () => {
  it('fails loudly about a table that is not there', async () => {
    const table = { database: WORKSPACE.database, table: 'nowhere' };

    await expect(countOutcomesOnAthena(table, QUESTION, WORKSPACE)).rejects.toThrow('FAILED');
  });
});

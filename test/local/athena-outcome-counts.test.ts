import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countOutcomesOnAthena } from '../../lib/adapters/athena-outcome-counts.ts';
import { countOutcomes } from '../../lib/adapters/duckdb-outcome-counts.ts';
import { clientConfig, localAccountId } from '../../local/clients.ts';
import { until } from '../../local/ports.ts';
import { type Emulator, root, startEmulator } from './support/emulator.ts';

/** The emulator's Athena is DuckDB, so this proves the conversation and the table, and not Trino's dialect. */

vi.setConfig({ testTimeout: 30_000 });

const BUCKET = 'assay-evidence';
const SHA256 = 'a'.repeat(64);
const WORKSPACE = { workgroup: 'primary', resultLocation: `s3://${BUCKET}/results/`, accountId: localAccountId };
const CSV = join(root, 'test/vectors/fairness/predictions.csv');
const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
};

let aws: Emulator;
let client: AthenaClient;
beforeAll(async () => {
  aws = await startEmulator('athena');
  client = new AthenaClient(clientConfig(aws.awsEndpoint));
  const s3 = new S3Client({ ...clientConfig(aws.awsEndpoint), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const [, ...lines] = (await readFile(CSV, 'utf8')).trim().split('\n');
  const rows = lines.map((line) => {
    const [race, sex, label, prediction, weight] = line.split(',');
    return JSON.stringify({ race, sex, label: Number(label), prediction: Number(prediction), weight });
  });
  const files = { [SHA256]: rows, ['b'.repeat(64)]: rows.slice(0, 10) };
  for (const [sha256, content] of Object.entries(files)) {
    const Key = `predictions/sha256=${sha256}/rows.json`;
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: content.join('\n') }));
  }
  // Glue's client would be here for this one call.
  const headers = { 'x-amz-target': 'AWSGlue.CreateDatabase', 'content-type': 'application/x-amz-json-1.1' };
  const body = JSON.stringify({ DatabaseInput: { Name: 'assay' } });
  expect((await fetch(aws.awsEndpoint, { method: 'POST', headers, body })).status).toBe(200);
  await run(
    `CREATE EXTERNAL TABLE assay.predictions (race string, sex string, label int, prediction int, weight string)
     PARTITIONED BY (sha256 string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
     LOCATION 's3://${BUCKET}/predictions/'`,
  );
}, 180_000);
afterAll(() => aws.stop());

const run = async (QueryString: string): Promise<void> => {
  const ResultConfiguration = { OutputLocation: WORKSPACE.resultLocation };
  const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand({ QueryString, ResultConfiguration }));
  await until(async () => {
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'FAILED') throw new Error(StateChangeReason);
    return State === 'SUCCEEDED';
  }, 10_000);
};

describe("the emulator's Athena", () => {
  it.each([{}, { weight_column: 'weight' }])('counts what DuckDB counts in a file: %j', async (weights) => {
    const question = { ...QUESTION, ...weights };
    const table = { database: 'assay', table: 'predictions', partition: { sha256: SHA256 } };

    const counts = await countOutcomesOnAthena(table, question, WORKSPACE, { client });

    expect(counts.rows).toBe(600);
    expect(counts).toEqual(await countOutcomes(CSV, question));
  });

  it('fails loudly about a table that is not there', async () => {
    const table = { database: 'assay', table: 'nowhere' };

    await expect(countOutcomesOnAthena(table, QUESTION, WORKSPACE, { client })).rejects.toThrow('FAILED');
  });
});

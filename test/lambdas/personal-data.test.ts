/**
 * Personal data that comes in by every door, and is found nowhere that is kept (CO-4): not in the audit bucket, records,
 * attestations, rows of the table, executions or logs. What people are called and where their mail goes is in the directory alone.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { copyKey } from '../../lib/domain/release/evidence-copy.ts';
import { evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { eventOf } from '../support/api.ts';
import { approveAtThePage } from '../support/approval-at-the-page.ts';
import { deployedBytes, OBSERVING_POLICY, SHIPPED_DIRECTORY } from '../support/deployed-files.ts';
import {
  AUDIT_BUCKET,
  EVIDENCE_BUCKET,
  exampleManifest,
  type Product,
  startProduct,
  TABLE,
} from '../support/product.ts';
import { walk } from '../support/walk.ts';

const RELEASE = 'hmda-mortgage-1.1.0';
const EXAMPLE = join(import.meta.dirname, '../../examples/hmda-mortgage/1.1.0');

/** What people are called elsewhere, and where they are reached. Each is a word that nothing else has. */
const people = SHIPPED_DIRECTORY.people.map((person, index) => ({
  ...person,
  name: `Plantedname${index} Ofaperson`,
  email: `planted-address-${index}@private.example`,
  logins: [`planted-login-${index}`],
  slack: { team_id: 'T0PLANTED', user_id: `U0PLANTED${index}` },
}));
const DANA = people.findIndex(({ id }) => id === 'dana.kim');

const PLANTED: Readonly<Record<string, readonly string[]>> = {
  'a name of the directory': people.map(({ name }) => name),
  'an address of the directory': people.map(({ email }) => email),
  'a login of the directory': people.flatMap(({ logins }) => logins),
  'an account in Slack': people.map(({ slack }) => slack.user_id),
  'a row of the evidence': ['planted-applicant-', 'planted-religion-'],
  'a value of the environment': ['planted-contact-of-the-container'],
  'a claim of a token': ['planted-claim@private.example', 'Plantedclaim Name', '+43 1 555 0100', 'planted-subject'],
  'a stranger who asked': ['planted-stranger@private.example'],
  'a key that a request was sent under': ['planted-key-of-dana@private.example'],
  'an address that a mail came back from': ['planted-bounce@private.example'],
};

let product: Product;
/** Everything that a Lambda was handed or answered, which is what the history of an execution has. */
const histories: string[] = [];
let logs = '';
let rows: Record<string, unknown>[] = [];

/** The predictions of the example, with two columns that no check needs. */
const rowsWithNames = async (): Promise<Uint8Array> => {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const source = join(EXAMPLE, 'predictions.parquet');
  const target = join(folder, 'rows.parquet');
  await connection.run(
    `COPY (SELECT *, 'planted-applicant-' || row_number() OVER () AS applicant, 'planted-religion-' || row_number() OVER () AS religion
       FROM '${source}') TO '${target}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const bytes = readFileSync(target);
  rmSync(folder, { recursive: true });
  return bytes;
};

const invoke: Product['invoke'] = async (lambda, event) => {
  const answer = await product.invoke(lambda, event);
  if (!lambda.startsWith('serve-')) histories.push(JSON.stringify({ event, answer }));
  return answer;
};

/** A request of the API, as the gateway hands it over with the claims of a token. */
const callApi = async (path: string, username: string, body?: object, headers = {}): Promise<[number, string]> => {
  const event = eventOf({
    sub: 'planted-subject',
    username,
    email: 'planted-claim@private.example',
    name: 'Plantedclaim Name',
    phone_number: '+43 1 555 0100',
    groups: ['releaser', 'auditor'],
  });
  const http = { method: body ? 'POST' : 'GET', path, sourceIp: '127.0.0.1' };
  const answer = await product.invoke('serve-api', {
    ...event,
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    isBase64Encoded: false,
    headers: { ...Object(event)['headers'], ...headers },
    ...(body && { body: JSON.stringify(body) }),
    requestContext: { ...event.requestContext, domainName: 'api.example.com', http },
  });
  const { statusCode, body: text } = z.object({ statusCode: z.int(), body: z.string() }).parse(answer);
  return [statusCode, text];
};

/** A mail to an approver that came back from the address that they forward it to. */
const bounced = (email: string) => ({
  version: '0',
  'detail-type': 'Email Bounced',
  source: 'aws.ses',
  detail: {
    eventType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'planted-bounce@private.example', action: 'failed', status: '5.1.1' }],
    },
    mail: {
      timestamp: new Date().toISOString(),
      source: 'assay@bank.example',
      messageId: 'of-no-mail',
      destination: [email],
      headersTruncated: false,
      headers: [{ name: 'To', value: email }],
      tags: { 'assay-row': ['OUTBOX'] },
    },
  },
});

beforeAll(async () => {
  const directory = deployedBytes({ ...SHIPPED_DIRECTORY, people });
  product = await startProduct('personal-data', deployedBytes(OBSERVING_POLICY), directory);
  process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      logs += String(text);
      return true;
    });
  try {
    await tell();
  } finally {
    vi.restoreAllMocks();
  }
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(product.aws.awsEndpoint)));
  rows = [];
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: TABLE })) rows.push(...Items);
}, 240_000);
afterAll(() => product.stop());

const tell = async () => {
  const bytes = await rowsWithNames();
  await product.aws.put('assay-example-models', 'planted/rows.parquet', bytes);
  // The report says which predictions it is about.
  const report = {
    ...JSON.parse(readFileSync(join(EXAMPLE, 'evaluation.json'), 'utf8')),
    predictions_sha256: sha256(bytes),
  };
  await product.aws.put('assay-example-models', 'planted/evaluation.json', JSON.stringify(report));
  const example = await exampleManifest('1.1.0');
  const login = people[DANA]?.logins[0] ?? '';
  const manifest = {
    ...example,
    ...{ requested_by: login, trained_by: login, commit_author: login },
    evaluation_report_uri: 's3://assay-example-models/planted/evaluation.json',
    predictions: { ...Object(example['predictions']), uri: 's3://assay-example-models/planted/rows.parquet' },
    deployment: { ...Object(example['deployment']), environment: { CONTACT: 'planted-contact-of-the-container' } },
  };
  const statuses = [
    await callApi('/v1/releases', login, manifest, { 'idempotency-key': 'planted-key-of-dana@private.example' }),
    await callApi('/v1/releases', login, {
      ...manifest,
      release_id: 'no',
      trained_by: 'planted-stranger@private.example',
    }),
    await callApi('/v1/releases', 'planted-stranger@private.example', { ...manifest, release_id: 'nor-this' }),
    await callApi(`/v1/releases/${RELEASE}`, 'planted-stranger@private.example'),
  ];
  expect(
    statuses.map(([status]) => status),
    String(statuses[0]),
  ).toEqual([201, 422, 422, 200]);
  const asked = async () => {
    await product.drain();
    await product.invoke('dispatch-outbox', bounced(people[0]?.email ?? '')).catch(() => undefined);
    for (const person of ['ana.silva', 'ruth.meyer']) await approveAtThePage(product, RELEASE, person);
    return 'approved';
  };
  await walk('release', { input: { releaseId: RELEASE }, invoke, people: asked });
  await product.drain();
  await walk('promotion', { input: { releaseId: RELEASE, attempt: 1 }, invoke, meanwhile: product.drain });
  await product.drain();
  for (let run = 0; run < 3; run += 1) await product.invoke('extend-log', {});
};

/** Every version of every object, unpacked where it is packed. */
const objectsOf = async (Bucket: string): Promise<Map<string, Buffer>> => {
  const s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
  const { Versions = [], IsTruncated } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(IsTruncated ?? false).toBe(false);
  const found = new Map<string, Buffer>();
  for (const { Key = '', VersionId = '' } of Versions) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    found.set(`${Bucket}/${Key}`, Buffer.concat([plain, ...payloadsIn(plain)]));
  }
  return found;
};

/** What is in envelopes is base64, in which no word of it can be seen. */
const payloadsIn = (bytes: Buffer): Buffer[] =>
  [...bytes.toString('latin1').matchAll(/"payload":"([A-Za-z0-9+/=_-]{16,})"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64'),
  );

/** A row as text, with the bytes of its events and packed rows unpacked. */
const textOfRow = (row: Record<string, unknown>): Buffer =>
  Buffer.concat(
    Object.values(row).map((value) => {
      if (!(value instanceof Uint8Array)) return Buffer.from(`${JSON.stringify(value)}\n`);
      const bytes = Buffer.from(value);
      return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    }),
  );

const plantedIn = (where: Iterable<readonly [string, Buffer | string]>, but: readonly string[] = []): string[] =>
  [...where].flatMap(([place, content]) =>
    Object.entries(PLANTED)
      .filter(([what]) => !but.includes(what))
      .flatMap(([what, values]) => values.filter((value) => content.includes(value)).map(() => `${what} in ${place}`)),
  );

const executions = async (): Promise<string[]> => {
  const sfn = new SFNClient(clientConfig(product.aws.awsEndpoint));
  const machines = Object.entries(process.env).filter(([name]) => name.endsWith('_MACHINE_ARN'));
  const started = await Promise.all(
    machines.map(([, stateMachineArn = '']) => sfn.send(new ListExecutionsCommand({ stateMachineArn }))),
  );
  const arns = started.flatMap(({ executions: all = [] }) => all.map(({ executionArn }) => executionArn));
  const described = await Promise.all(
    arns.map((executionArn) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return described.map(({ name, input, output }) => JSON.stringify({ name, input, output }));
};

describe('personal data (CO-4)', () => {
  it('came in by the doors, and is found where it has to be', async () => {
    const { state, pinned, reasons, createdAt } = (await product.store.get('release', RELEASE)) ?? {};
    const configuration = await objectsOf('configuration');
    const evidence = await objectsOf(EVIDENCE_BUCKET);
    const found = plantedIn([...configuration, ...evidence]);
    const inTable = plantedIn(rows.map((row) => [`${row['pk']} ${row['sk']}`, textOfRow(row)]));

    expect(state, JSON.stringify(reasons)).toBe('production');
    for (const what of ['a name', 'an address', 'a login'])
      expect(found).toContain(`${what} of the directory in configuration/approvers.json`);
    const { sha256, key, keptUntil } = pinned?.evidence.predictions ?? expect.unreachable('no predictions are pinned');
    expect(key).toBe(`evidence_rows/30d/${RELEASE}/${sha256}`);
    expect(Date.parse(keptUntil ?? '') - Date.parse(createdAt ?? '')).toBe(30 * 86_400_000);
    expect(found).toContain(`a row of the evidence in ${EVIDENCE_BUCKET}/${key}`);
    expect(inTable).toContain(`a value of the environment in RELEASE#${RELEASE} META`);
    // The key is noted by its digest.
    expect(rows.some(({ pk }) => String(pk).startsWith('ONCE#'))).toBe(true);
    expect(logs).toContain('"message":"refused"');
    expect(histories.length).toBeGreaterThan(20);
    expect((await executions()).length).toBeGreaterThan(1);
  });

  it('is in nothing that the audit bucket keeps', async () => {
    const objects = await objectsOf(AUDIT_BUCKET);

    expect([...objects.keys()].some((key) => key.includes('/rows/'))).toBe(true);
    expect([...objects.keys()].some((key) => key.includes('/events/'))).toBe(true);
    expect(plantedIn(objects)).toEqual([]);
  });

  it('is in no record and no attestation, nor in anything beside the copies of evidence', async () => {
    const release = (await product.store.get('release', RELEASE)) ?? expect.unreachable('it is not there');
    const tables = evidenceFilesOf(release).filter(({ kind }) => kind !== 'document');
    const objects = await objectsOf(EVIDENCE_BUCKET);
    for (const table of tables) objects.delete(`${EVIDENCE_BUCKET}/${copyKey(table)}`);

    expect([...objects.keys()].filter((key) => /\/(records|attestations)\//.test(key)).length).toBeGreaterThan(5);
    expect(plantedIn(objects)).toEqual([]);
  });

  it('is in no row of the table, but for the environment of what is deployed, and for what a stranger called themselves, which the refusal repeats', () => {
    const texts = rows.map((row) => [`${row['pk']} ${row['sk']}`, textOfRow(row)] as const);

    const found = plantedIn(texts).map((one) => one.replace(/#[0-9a-f]{64} /, ' '));
    expect([...new Set(found)].toSorted()).toEqual([
      'a stranger who asked in REFUSAL META',
      `a value of the environment in RELEASE#${RELEASE} META`,
    ]);
  });

  it('is in no execution, and in no log', async () => {
    expect(plantedIn([...histories, ...(await executions())].map((text) => ['an execution', text]))).toEqual([]);
    expect(plantedIn([['the logs', logs]])).toEqual([]);
  });
});

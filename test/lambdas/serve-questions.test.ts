import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { withHistory } from '../../lib/adapters/history/duckdb-history.ts';
import { questionSql } from '../../lib/adapters/history/question-sql.ts';
import { failuresIn, RehearsalReport } from '../../lib/domain/audit/rehearsal-report.ts';
import { leafHash } from '../../lib/domain/ledger/chain.ts';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { QUESTIONS, questionNamed } from '../../lib/domain/questions/catalogue.ts';
import { answerFrom, type Row, statementOf } from '../../lib/domain/questions/question.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import { askOnAthena, callQuestions, makeTables } from '../support/asked-questions.ts';
import { deployedBytes, OBSERVING_POLICY } from '../support/deployed-files.ts';
import { AUDIT_BUCKET, exampleManifest, HISTORY_BUCKET, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const RELEASE = `${MODEL}-1.1.0`;
const LATER = `${MODEL}-1.2.0`;
const APPROVERS = ['ana.silva', 'ruth.meyer'];

let product: Product;
let s3: S3Client;
const folder = mkdtempSync(join(tmpdir(), 'assay-asked-'));
afterAll(() => rmSync(folder, { recursive: true }));

const promote = async (version: string): Promise<void> => {
  const releaseId = `${MODEL}-${version}`;
  const detail = await exampleManifest(version);
  await product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail,
  });
  const people = async () => {
    for (const person of APPROVERS) await product.decide(releaseId, person);
    return (await product.store.get('request', `apr-${releaseId}`))?.status ?? '';
  };
  expect(await walk('release', { input: { releaseId }, invoke: product.invoke, people })).toBe('ReleaseApproved');
  await product.drain();
  const input = { releaseId, attempt: 1 };
  expect(await walk('promotion', { input, invoke: product.invoke, meanwhile: product.drain })).toBe('ReleasePromoted');
  await product.invoke('sweep-endpoints', { source: 'sweep' });
};

/** Two releases are requested, approved by two people and promoted, and the later one is rolled back: by the product's own Lambdas. */
const playStory = async (): Promise<void> => {
  await promote('1.1.0');
  await promote('1.2.0');
  const claim = {
    reason: 'too many complaints',
    linkedIncident: 'INC-7',
    modelName: MODEL,
    actor: { id: 'omar.haddad', role: 'operator', auth: 'jwt' },
    toNothing: false,
  };
  const { rollback } = await askRollback(claim, product.store, now);
  const input = { rollbackId: rollback.rollbackId };
  expect(await walk('rollback', { input, invoke: product.invoke, meanwhile: product.drain })).toBe('RollbackExecuted');
};

const extendAndDerive = async () => {
  await product.drain();
  await product.invoke('extend-log', {});
  return product.invoke('derive-history', {});
};

beforeAll(async () => {
  product = await startProduct('questions', deployedBytes(OBSERVING_POLICY));
  s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
  await makeTables(product);
  await playStory();
});
afterAll(() => product.stop());

const rowsOf = ({ body }: { body: Record<string, unknown> }): Row[] => body['rows'] as Row[];
const bytesAt = async (Bucket: string, Key: string): Promise<Buffer> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const historyKeys = async (): Promise<string[]> => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: HISTORY_BUCKET, Prefix: 'history/' }));
  return Contents.map(({ Key = '' }) => Key);
};

describe('the questions of auditors, on Athena (Q-1 to Q-9)', () => {
  it('find nothing before anything was derived, and say that nothing was looked through', async () => {
    expect(await askOnAthena(product, 'approvals', { model: MODEL })).toMatchObject({
      statusCode: 200,
      body: { state: 'answered', rows: [], total: 0, covers: { entries: 0, until: '' } },
    });
  });

  it('find who approved, with the line of the log that proves it', async () => {
    const derived = await extendAndDerive();
    const answer = await askOnAthena(product, 'approvals', { model: MODEL });

    expect(derived).toMatchObject({ isWhole: true, entries: expect.any(Number) });
    expect(answer.body['covers']).toEqual({
      entries: (derived as { entries: number }).entries,
      until: (derived as { until: string }).until,
    });
    const rows = rowsOf(answer);
    expect(rows.map((row) => [row['release_id'], row['actor_id']])).toEqual(
      [RELEASE, LATER].flatMap((release) => APPROVERS.map((person) => [release, person])),
    );
    for (const row of rows) {
      expect(row).toMatchObject({ event_type: 'approval_granted' });
      const [, first = ''] = /(\d+)\.ndjson$/.exec(String(row['bundle_key'])) ?? [];
      const bundle = (await bytesAt(AUDIT_BUCKET, String(row['bundle_key']))).toString().split('\n');
      const line = bundle[Number(row['leaf_index']) - Number(first)] ?? '';
      expect(leafHash(Buffer.from(line))).toBe(row['event_hash']);
      expect(JSON.parse(line)).toMatchObject({ actor_id: row['actor_id'], event_type: 'approval_granted' });
      expect(row['bundle_version_id']).toMatch(/.{5,}/);
    }
  });

  it('find what is live', async () => {
    const rows = rowsOf(await askOnAthena(product, 'live', { model: MODEL }));

    expect(rows).toMatchObject([
      { release_id: RELEASE, model_version: '1.1.0', event_type: 'deployment_promoted' },
      { release_id: LATER, model_version: '1.2.0', event_type: 'deployment_promoted' },
      { release_id: RELEASE, model_version: '1.1.0', event_type: 'rollback_executed', linked_incident: 'INC-7' },
    ]);
  });

  it.each([
    ['why', { release: RELEASE }, 'ana.silva'],
    ['rollbacks', { incident: 'INC-7' }, 'too many complaints'],
    ['changed', { before: RELEASE, after: LATER }, 'artifact'],
    ['checks', { model: MODEL }, 'disparate_impact_ratio_above_minimum'],
    ['tests', { release: RELEASE }, 'disparate_impact_ratio_above_minimum'],
    ['parts', { release: RELEASE }, 'sha256'],
    ['path', { release: RELEASE }, 'deployment_promoted'],
    ['way-back', { model: MODEL, at: '2099-01-01T00:00:00.000Z' }, RELEASE],
    ['lineage', { release: LATER }, 'trained on the same snapshot'],
    ['configuration', {}, 'the first configuration'],
    ['traffic', { model: MODEL }, '1.1.0'],
    ['trend', { model: MODEL }, '20'],
  ])('answer %s as DuckDB answers it, from the rows of the played story', async (name, given, says) => {
    const { body } = await askOnAthena(product, name, given);
    const question = questionNamed(name) ?? expect.unreachable();
    const filesOf = async (table: string) =>
      Promise.all(
        (await historyKeys())
          .filter((key) => key.includes(`/${table}/`))
          .map(async (key) => {
            const file = join(folder, `${table}.parquet`);
            await writeFile(file, await bytesAt(HISTORY_BUCKET, key));
            return file;
          }),
      );
    const paths = { history: await filesOf('entries'), origins: await filesOf('origins') };
    const raw = await withHistory(paths, (ask) => ask(statementOf(question, questionSql(question.sql), given)));

    const { rows } = answerFrom(question, given, raw, { entries: 0, until: '' });
    expect(body).toMatchObject({ state: 'answered', total: rows.length });
    expect(body['rows']).toEqual(rows);
    expect(JSON.stringify(body['rows'])).toContain(says);
  });

  it('are all asked here', () => {
    const asked = readFileSync(import.meta.filename, 'utf8');

    expect(QUESTIONS.filter(({ name }) => !asked.includes(`'${name}'`))).toEqual([]);
  });

  it('give the same answer again under the name of the run, from any row on', async () => {
    const first = await askOnAthena(product, 'approvals', { model: MODEL });
    const path = `/v1/questions/runs/${first.body['run']}`;

    expect((await callQuestions(product, 'GET', path)).body).toEqual(first.body);
    const rest = await callQuestions(product, 'GET', path, { query: 'from=1' });
    expect(rowsOf(rest)).toEqual(rowsOf(first).slice(1));
    expect(rest.body).toMatchObject({ total: 4 });
  });

  it('do not give the rows of one question as the answer to another', async () => {
    const { body } = await askOnAthena(product, 'approvals', { model: MODEL });
    const run = JSON.parse(Buffer.from(String(body['run']), 'base64url').toString());
    const other = Buffer.from(JSON.stringify({ ...run, given: { model: 'another' } })).toString('base64url');

    for (const name of [other, 'nonsense', Buffer.from('{"query":"x"}').toString('base64url')]) {
      expect(await callQuestions(product, 'GET', `/v1/questions/runs/${name}`)).toMatchObject({
        statusCode: 404,
        body: { title: 'NotFound' },
      });
    }
  });

  it('are refused to strangers, and by name, before Athena hears of them', async () => {
    const ask = (question: string, body: unknown, token?: object) =>
      callQuestions(product, 'POST', `/v1/questions/${question}`, { body, ...(token && { token }) });
    const stranger = { sub: 's', username: 'nobody', 'cognito:groups': ['auditor'] };

    expect(await ask('approvals', { parameters: { model: MODEL } }, stranger)).toMatchObject({ statusCode: 403 });
    expect(
      await ask('approvals', { parameters: { model: MODEL } }, { ...stranger, 'cognito:groups': [] }),
    ).toMatchObject({ statusCode: 403 });
    expect(await ask('weather', {})).toMatchObject({ statusCode: 404 });
    expect(await ask('approvals', {})).toMatchObject({
      statusCode: 422,
      body: { detail: expect.stringContaining('model is missing') },
    });
    expect(await ask('approvals', { parameters: { model: "x' OR 1=1 --" } })).toMatchObject({ statusCode: 422 });
    expect(await ask('approvals', { parameters: { model: MODEL }, sql: 'SELECT 1' })).toMatchObject({
      statusCode: 422,
    });
  });

  it('are listed with what each needs', async () => {
    const { statusCode, body } = await callQuestions(product, 'GET', '/v1/questions');

    expect(statusCode).toBe(200);
    expect(body['questions']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'approvals',
          parameters: expect.arrayContaining([expect.objectContaining({ name: 'model', required: true })]),
        }),
      ]),
    );
  });
});

describe('the rows that questions are asked of', () => {
  it('grow by what is new in the log, in the same file, and are there once', async () => {
    const before = await historyKeys();
    const { entries: reachedBefore } = (await product.invoke('derive-history', {})) as { entries: number };
    await product.invoke('receive-release', {
      'detail-type': 'Release Requested',
      source: 'example.pipeline',
      detail: { ...(await exampleManifest('1.1.0')), release_id: 'later', version: '9.9.9' },
    });

    const derived = await extendAndDerive();
    const again = await product.invoke('derive-history', {});

    expect(again).toEqual(derived);
    expect((derived as { entries: number }).entries).toBeGreaterThan(reachedBefore);
    expect(await historyKeys()).toEqual(before);
    const approvals = rowsOf(await askOnAthena(product, 'approvals', { model: MODEL }));
    expect(approvals).toHaveLength(4);
  });
});

describe('a rehearsed audit (CO-2)', () => {
  it('asks every question, verifies a sample and the records, keeps its report, and puts it on record', async () => {
    await extendAndDerive();

    const { report, failures } = z
      .object({ report: z.string(), failures: z.int() })
      .parse(await product.invoke('rehearse-audit', {}));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: AUDIT_BUCKET, Key: report }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const written = RehearsalReport.parse(JSON.parse(Buffer.from(bytes).toString()));

    expect(written.questions.map(({ question, problems }) => [question, problems])).toEqual(
      QUESTIONS.map(({ name }) => [name, []]),
    );
    expect(written.sample).toHaveLength(20);
    expect(written.records.map(({ release_id, problems }) => [release_id, problems])).toEqual([
      [RELEASE, []],
      [LATER, []],
    ]);
    // No emulator enforces rights, so each read that had to be denied is a failure, and the only one. Rows lie in one of the places that are tried.
    expect(written.access.map(({ expected }) => expected)).not.toContain('read');
    expect(written.access.filter(({ found }) => found === 'read')).toHaveLength(2);
    expect(failuresIn(written).filter((one) => !one.endsWith(', and not denied'))).toEqual([]);
    expect(failures).toBe(written.access.length);
    const { event } = (await product.store.events(CONFIGURATION_CHAIN)).at(-1) ?? {};
    expect(event).toMatchObject({
      event_type: 'audit_rehearsed',
      details: { report_key: report, report_sha256: sha256(bytes), failures_total: failures },
    });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: AUDIT_BUCKET, Prefix: 'rehearsals/' }));
    expect(Contents.map(({ Key }) => Key)).toEqual([report, report.replace('.json', '.md')]);
  });
});

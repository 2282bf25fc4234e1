import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafHash } from '../../lib/domain/ledger/chain.ts';
import type { Row } from '../../lib/domain/questions/question.ts';
import { clientConfig } from '../../local/clients.ts';
import { askOnAthena, callQuestions, makeTables } from '../support/asked-questions.ts';
import { deployedBytes, OBSERVING_POLICY } from '../support/deployed-files.ts';
import { AUDIT_BUCKET, exampleManifest, HISTORY_BUCKET, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const RELEASE = `${MODEL}-1.1.0`;
const APPROVERS = ['ana.silva', 'ruth.meyer'];

let product: Product;
let s3: S3Client;

/** A release is requested, approved by two people, and promoted: everything by the product's own Lambdas. */
const playStory = async (): Promise<void> => {
  await product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: await exampleManifest('1.1.0'),
  });
  const people = async () => {
    for (const person of APPROVERS) await product.decide(RELEASE, person);
    return (await product.store.get('request', `apr-${RELEASE}`))?.status ?? '';
  };
  expect(await walk('release', { input: { releaseId: RELEASE }, invoke: product.invoke, people })).toBe(
    'ReleaseApproved',
  );
  await product.drain();
  const input = { releaseId: RELEASE, attempt: 1 };
  expect(await walk('promotion', { input, invoke: product.invoke, meanwhile: product.drain })).toBe('ReleasePromoted');
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
}, 240_000);
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
    expect(rows.map((row) => row['actor_id']).toSorted()).toEqual(APPROVERS.toSorted());
    for (const row of rows) {
      expect(row).toMatchObject({ release_id: RELEASE, model_version: '1.1.0', event_type: 'approval_granted' });
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

    expect(rows).toMatchObject([{ release_id: RELEASE, model_version: '1.1.0', event_type: 'deployment_promoted' }]);
  });

  it('give the same answer again under the name of the run, from any row on', async () => {
    const first = await askOnAthena(product, 'approvals', { model: MODEL });
    const path = `/v1/questions/runs/${first.body['run']}`;

    expect((await callQuestions(product, 'GET', path)).body).toEqual(first.body);
    const rest = await callQuestions(product, 'GET', path, { query: 'from=1' });
    expect(rowsOf(rest)).toEqual(rowsOf(first).slice(1));
    expect(rest.body).toMatchObject({ total: 2 });
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
    await product.invoke('receive-release', {
      'detail-type': 'Release Requested',
      source: 'example.pipeline',
      detail: { ...(await exampleManifest('1.1.0')), release_id: 'later', version: '9.9.9' },
    });

    const derived = await extendAndDerive();
    const again = await product.invoke('derive-history', {});

    expect(again).toEqual(derived);
    expect(await historyKeys()).toEqual(before);
    const approvals = rowsOf(await askOnAthena(product, 'approvals', { model: MODEL }));
    expect(approvals).toHaveLength(2);
  });
});

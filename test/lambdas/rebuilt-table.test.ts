/** The table from the ledger alone, after a played story; and the story goes on in a table that was emptied and rebuilt. */

import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DeleteCommand, type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../lib/adapters/dynamodb-reads.ts';
import { rebuild } from '../../lib/domain/audit/rebuild.ts';
import { verifyLedger } from '../../lib/domain/audit/verify.ts';
import { wroteIn } from '../../lib/domain/audit/wrote.ts';
import { kinds } from '../../lib/domain/change/kinds.ts';
import type { LedgerFile } from '../../lib/domain/ledger/ledger-file.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import { deployedBytes, OBSERVING_POLICY } from '../support/deployed-files.ts';
import { AUDIT_BUCKET, exampleManifest, type Product, startProduct, TABLE } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const [FIRST, SECOND] = [`${MODEL}-1.1.0`, `${MODEL}-1.2.0`];
const APPROVERS = ['ana.silva', 'ruth.meyer'];

let product: Product;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  product = await startProduct('rebuilt', deployedBytes(OBSERVING_POLICY));
  client = (await import('../../lib/adapters/dynamodb-release-store.ts')).documentClient;
});
afterAll(() => product.stop());

const request = async (version: string) =>
  product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: await exampleManifest(version),
  });
const approve = (releaseId: string) => async () => {
  for (const person of APPROVERS) await product.decide(releaseId, person);
  return 'approved';
};
const invoke = (lambda: string, event: unknown) => product.invoke(lambda, event);
const promote = async (releaseId: string) => {
  await product.drain();
  const end = await walk('promotion', { input: { releaseId, attempt: 1 }, invoke, meanwhile: product.drain });
  expect(end).toBe('ReleasePromoted');
};

const ledger = async (): Promise<LedgerFile[]> => {
  const s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
  const files: LedgerFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: AUDIT_BUCKET })) {
    for (const { Key: key = '' } of Contents) {
      if (!/^(events|bundles|rows|checkpoints)\//.test(key)) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: AUDIT_BUCKET, Key: key }));
      files.push({ key, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() });
    }
  }
  return files;
};

const table = async (): Promise<Item[]> => {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: TABLE, ConsistentRead: true }))
    items.push(...Items);
  return items;
};

/** Records alone, without what a table has of them that no ledger has, or that is new in one that was rebuilt. */
const recordsIn = (items: readonly Item[]) =>
  items
    .filter(({ entity }) => typeof entity === 'string' && entity in kinds)
    .map((item) => {
      if (item['entity'] === 'release') return withoutExecution(item);
      if (item['entity'] !== 'request') return item;
      const { taskToken: _, invitations, ...rest } = item as { taskToken: string; invitations: { nonce: string }[] };
      return { ...rest, invitations: invitations.map(({ nonce: _nonce, ...one }) => one) };
    })
    .toSorted((one, other) =>
      JSON.stringify([one['pk'], one['sk']]) < JSON.stringify([other['pk'], other['sk']]) ? -1 : 1,
    );

const withoutExecution = ({ execution: _, ...item }: Item) => item;

/** What lists and timelines find: the heads and the notes of events, and every row that is in a list. */
const placesIn = (items: readonly Item[]) =>
  items
    .filter(({ pk, sk }) => sk === 'HEAD' || /^(TIMELINE|CLAIMED)#/.test(String(pk)))
    .map((item) => JSON.stringify(Object.entries(item).toSorted()))
    .toSorted();

const settle = async () => {
  await product.drain();
  await product.invoke('extend-log', {});
  // What the log itself says first, such as the keys that it publishes.
  await product.drain();
  await product.invoke('extend-log', {});
};

const executions = async () => {
  const sfn = new SFNClient(clientConfig(product.aws.awsEndpoint));
  const { executions: found = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: process.env['RELEASE_MACHINE_ARN'] }),
  );
  const all = await Promise.all(
    found.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return all.map(({ name = '', input = '' }) => ({ name, input: JSON.parse(input) }));
};

describe('a table that was rebuilt', () => {
  it('has the rows that the table had after the story, and the story goes on', async () => {
    await request('1.1.0');
    expect(await walk('release', { input: { releaseId: FIRST }, invoke, people: approve(FIRST) })).toBe(
      'ReleaseApproved',
    );
    await promote(FIRST);
    await request('1.2.0');
    // The former execution waits, and is never resumed.
    const waiting = async () => {
      throw new Error('it waits');
    };
    await expect(walk('release', { input: { releaseId: SECOND }, invoke, people: waiting })).rejects.toThrow(
      'it waits',
    );
    await settle();
    const before = await table();

    const files = await ledger();
    expect((await verifyLedger(files)).problems).toEqual([]);
    const wrote = wroteIn(files);
    for (const { pk, sk } of before) await client.send(new DeleteCommand({ TableName: TABLE, Key: { pk, sk } }));
    const { tableToRebuild } = await import('../../lib/adapters/dynamodb-rebuild.ts');
    const { packageVariables, stopExecutions } = await import('../../lib/adapters/rebuild-sources.ts');
    const empty = tableToRebuild(TABLE);
    expect(await empty.isEmpty()).toBe(true);
    let made = 0;
    const secret = () => {
      made += 1;
      return `a-secret-of-this-test-${made}`;
    };
    const rebuilt = await rebuild(wrote, { secret, variables: packageVariables() });
    const told = { stopping: () => {}, stopped: () => {}, left: () => {} };
    const takeOver = () =>
      stopExecutions(process.env['RELEASE_MACHINE_ARN'] ?? '', {
        beginsAgain: (id) => rebuilt.restarted.includes(id),
        ...told,
      });
    await empty.fill(wrote, rebuilt, now(), takeOver);

    expect(rebuilt.withoutVariables).toEqual([]);
    expect(rebuilt.restarted).toEqual([SECOND]);
    expect(recordsIn(await table())).toEqual(recordsIn(before));
    expect(placesIn(await table())).toEqual(placesIn(before));
    expect(await empty.isEmpty()).toBe(false);
    const found = new Set(recordsIn(before).map((item) => item['entity']));
    expect([...found]).toEqual(
      expect.arrayContaining(['release', 'request', 'approval', 'pointer', 'stage_checks', 'policy', 'content']),
    );
  });

  it('starts the release that waited straight at its people, who have new links', async () => {
    await product.drain();
    const [again] = (await executions()).filter(({ name }) => name.startsWith('rebuilt-'));
    expect(again?.input).toEqual({ releaseId: SECOND, outcome: 'validated' });
    expect((await product.store.get('release', SECOND))?.execution).toBe(again?.name);
    expect(await product.store.get('release', FIRST)).not.toHaveProperty('execution');

    const end = await walk('release', {
      input: { releaseId: SECOND },
      begin: 'validated',
      invoke,
      people: approve(SECOND),
    });

    expect(end).toBe('ReleaseApproved');
    expect((await product.store.get('request', `apr-${SECOND}`))?.taskToken).toBe('the second token');
  });

  it('promotes it, and takes it back', async () => {
    await promote(SECOND);
    expect((await product.store.get('pointer', MODEL))?.releaseId).toBe(SECOND);

    const actor = { id: 'omar', role: 'operator', auth: 'jwt' };
    const claim = { modelName: MODEL, reason: 'it errs', linkedIncident: 'INC-7', actor };
    const { rollback } = await askRollback(claim, product.store, now);
    await product.drain();
    const input = { rollbackId: rollback.rollbackId };
    expect(await walk('rollback', { input, invoke, meanwhile: product.drain })).toBe('RollbackExecuted');

    expect((await product.store.get('pointer', MODEL))?.releaseId).toBe(FIRST);
    await settle();
    expect((await verifyLedger(await ledger())).problems).toEqual([]);
  });
});

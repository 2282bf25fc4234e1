/**
 * The present version is deployed over a former one: what is in production stays, and what is under way goes on, once.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dynamodbReleaseStore } from '../../../lib/adapters/dynamodb-release-store.ts';
import type { ReleaseStore } from '../../../lib/domain/change/release-store.ts';
import { decideInBrowser, type OpenPage, openInBrowser } from '../../../local/approver.ts';
import { clientConfig } from '../../../local/clients.ts';
import { readEndpoints } from '../../../local/endpoints.ts';
import { rowsAsInLedger } from '../../../local/ledger-and-table.ts';
import { sharedAssembly } from '../support/assembly.ts';
import { eventually } from '../support/eventually.ts';
import { approveBy, startAccount } from './account.ts';
import { stepFunctionsOf } from './executions.ts';
import { checkOutFormerVersion } from './former-version.ts';
import { eventOf, isEvent, isStillDue, moved, type Row, readRow, rowsOf } from './rows.ts';

const root = join(import.meta.dirname, '../../..');

let account: Awaited<ReturnType<typeof startAccount>>;
let machines: ReturnType<typeof stepFunctionsOf>;
/** The table as the former version left it. */
let left: Row[];
/**
 * The page that the former version served to the second approver of the release that waits. The first has decided.
 */
let formerForm: OpenPage;
let outputs: Readonly<Record<string, string>>;
let store: ReleaseStore;

const rows = (): Promise<Row[]> => rowsOf(account.aws.awsEndpoint, account.outputs['TableName'] ?? '');

beforeAll(async () => {
  account = await startAccount(root, await checkOutFormerVersion(root));
  const { awsEndpoint } = account.aws;
  machines = stepFunctionsOf(awsEndpoint);
  const goOn = await bringReleasesUnderWay();
  // The emulator kills a dispatcher when it is replaced, whose lease would then last for two minutes.
  await eventually('the outbox to be empty', async () => ((await rows()).some(isStillDue) ? undefined : true));
  left = (await rows()).flatMap(moved);

  outputs = await account.upgradeTo(sharedAssembly(inject('assembly'), join(account.home, 'present')));

  const printed = await account.assay('table', 'move', '--table', outputs['TableName'] ?? '');
  if (printed.code !== 0) throw new Error(`the rows were not moved: ${printed.err}`);

  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(awsEndpoint)));
  store = dynamodbReleaseStore(outputs['TableName'] ?? '', client);
  await goOn();
});

afterAll(() => account?.stop());

/**
 * By the former version: one rejected, two in production after one another, one that waits, one that is being deployed.
 */
const bringReleasesUnderWay = async (): Promise<() => Promise<void>> => {
  const { prepare, putOnBus, post, releaseIn, linksOf } = account;
  await putOnBus(await prepare('1.0.0', 'serving'));
  await post(await prepare('1.1.0', 'serving'));
  await approveBy(await linksOf('serving-1.1.0'), '1.1.0');
  await post(await prepare('1.1.0', 'waiting'));
  await releaseIn('serving-1.1.0', 'production');
  await post(await prepare('1.2.0', 'serving'));
  await approveBy(await linksOf('serving-1.2.0'), '1.2.0');
  const isHeld = await machines.holdingAt(account.outputs['ReleaseMachineArn'] ?? '', 'AwaitEndpoint', async () => {
    await post(await prepare('1.1.0', 'deploying'));
    await releaseIn('deploying-1.1.0', 'validated');
  });
  await approveBy(await linksOf('deploying-1.1.0'), '1.1.0');
  const [first = '', second = ''] = await linksOf('waiting-1.1.0');
  await approveBy([first], '1.1.0');
  formerForm = await openInBrowser(second);
  await releaseIn('serving-1.2.0', 'production');
  await releaseIn('serving-1.0.0', 'rejected');
  return isHeld();
};

const eventTypesOf = async (modelName: string): Promise<string[]> =>
  (await store.events(modelName)).map(({ event }) => event.event_type);

/** Establishes that a release went to production once, that its executions ended so, and that nothing went wrong. */
const expectOnePromotion = async (modelName: string, ends: readonly string[]): Promise<void> => {
  await account.releaseIn(`${modelName}-1.1.0`, 'production');
  const executions = await machines.endedExecutionsFor(`${modelName}-1.1.0`);
  expect(executions.filter(({ entered }) => entered.includes('DeployEndpoint'))).toHaveLength(1);
  expect(executions.map(({ status, entered }) => `${status} in ${entered.at(-1)}`).toSorted()).toEqual(ends);
  const types = await eventTypesOf(modelName);
  for (const type of ['release_approved', 'deployment_started', 'deployment_promoted']) {
    expect(
      types.filter((it) => it === type),
      type,
    ).toHaveLength(1);
  }
  expect(types.filter((type) => /faulted|failed|refused/.test(type))).toEqual([]);
  const pointer = await store.get('pointer', modelName);
  expect(pointer).toMatchObject({ epoch: 1, releaseId: `${modelName}-1.1.0` });
  expect(await account.servedConfig(modelName)).toBe(pointer?.endpointConfigName);
};

describe('an upgrade', () => {
  it('keeps the table, the buckets, the keys, the machines and the doors', () => {
    expect(outputs).toMatchObject(account.outputs);
  });

  it('leaves nothing in the table that the new version cannot read', async () => {
    const kinds = new Set(left.map(readRow));

    // The former version has stored these only if the releases came as far as intended.
    expect([...kinds]).toEqual(expect.arrayContaining(['release', 'approval', 'request', 'pointer', 'policy', 'log']));
  });
});

describe('a release that waits for approval, and was taken in without what it would serve', () => {
  it('is never approved: its link and its status say that it has to be submitted again, and it ends rejected', async () => {
    const opened = await openInBrowser(formerForm.link);
    const status = await account.assay('status', 'waiting-1.1.0');
    const sent = await decideInBrowser(formerForm, { decision: 'approve', confirmation: '1.1.0', comment: '' });

    expect(status.out).toMatch(/judged_by_former_version[\s\S]*submit it\s+again/);
    for (const answer of [opened, sent]) {
      expect(answer.status).toBe(409);
      expect(answer.page).toContain('This release has to be submitted again');
    }
    await account.releaseIn('waiting-1.1.0', 'rejected');
    expect(await account.release('waiting-1.1.0')).toMatchObject({
      reasons: [expect.objectContaining({ rule: 'judged_by_former_version' })],
    });
    expect(await store.get('request', 'apr-waiting-1.1.0')).toMatchObject({ status: 'rejected' });
    expect(await store.get('pointer', 'waiting')).toBeUndefined();
    expect(await eventTypesOf('waiting')).not.toContain('release_approved');
  });
});

describe('a release that is being deployed', () => {
  it('ends where the execution that began takes it, without a second deployment', async () => {
    await expectOnePromotion('deploying', ['SUCCEEDED in ReleasePromoted']);
    // The former version noted no owner when it gave the order: the flip does.
    expect(await store.get('endpoint', 'deploying')).toMatchObject({ modelName: 'deploying', status: 'owned' });
  });
});

describe('a release that was rejected', () => {
  it('stays so, with its reasons', async () => {
    expect(await account.release('serving-1.0.0')).toMatchObject({
      state: 'rejected',
      reasons: expect.arrayContaining([expect.objectContaining({ rule: 'disparate_impact_ratio_above_minimum' })]),
    });
  });
});

describe('a release in production', () => {
  it('is rolled back to the one before it', async () => {
    const before = await store.get('pointer', 'serving');
    expect(before).toMatchObject({ epoch: 2, releaseId: 'serving-1.2.0', fallbackReleaseId: 'serving-1.1.0' });
    expect(await account.servedConfig('serving')).toBe(before?.endpointConfigName);
    expect(await store.get('endpoint', 'serving')).toBeUndefined();

    const printed = await account.assay('rollback', 'serving', '--reason', 'complaints', '--incident', 'INC-1');

    expect(printed.code, printed.err).toBe(0);
    await account.releaseIn('serving-1.2.0', 'rolled_back');
    await account.releaseIn('serving-1.1.0', 'production');
    const pointer = await store.get('pointer', 'serving');
    expect(pointer).toMatchObject({ epoch: 3, releaseId: 'serving-1.1.0' });
    expect(await account.servedConfig('serving')).toBe(pointer?.endpointConfigName);
    expect((await eventTypesOf('serving')).filter((type) => type === 'rollback_executed')).toHaveLength(1);
    // Its endpoint became its own with the flip, and nobody had to adopt it.
    expect(await store.get('endpoint', 'serving')).toMatchObject({ modelName: 'serving', status: 'owned' });
    expect(await eventTypesOf('serving')).not.toContain('endpoint_adopted');
  });
});

describe('the ledger of both versions', () => {
  it('holds, from the first event of the former one to the last of the new one', async () => {
    const folder = join(account.home, 'ledger');
    await eventually(
      'the log to publish the key of decisions',
      async () =>
        (await store.events('_log')).some(({ event }) => event.event_type === 'decision_key_published') || undefined,
    );
    // An auditor pulls what lies in the bucket; the last events may still be on their way to it.
    await eventually('the outbox to be empty', async () => ((await rows()).some(isStillDue) ? undefined : true));

    const pulled = await account.assay('audit', 'pull', folder);
    const verified = await account.assay('audit', 'verify', folder, '--key', join(folder, 'log.pub'));

    expect(pulled).toMatchObject({ code: 0 });
    expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('ok: the ledger holds') });
    // The former version signed no decision: that is no fault.
    expect(verified.out).toMatch(/^0 decisions signed, 7 unsigned, before signing\ndecision key sha256:/m);
    for (const model of ['serving', 'waiting', 'deploying']) {
      const events = await eventTypesOf(model);
      expect(verified.out).toMatch(new RegExp(`^${model} +${events.length} `, 'm'));
    }
    for (const row of (await rows()).flatMap(moved)) readRow(row);
    const former = left.flatMap((row) => (isEvent(row) ? [eventOf(row)] : []));
    expect(former.length).toBeGreaterThan(30);
    for (const { key, bytes } of former) expect(await readFile(join(folder, key)), key).toEqual(Buffer.from(bytes));
  });

  it('makes every row again that the new version wrote', async () => {
    const keyOf = ({ pk, sk, version }: Row) => JSON.stringify([pk, sk, version]);
    const present = new Set((await rows()).flatMap(moved).map(keyOf));
    // The former version recorded no rows: what it wrote last is in the table alone, and `assay rebuild` says so.
    const ofFormer = left.filter((row) => present.has(keyOf(row))).map(({ pk, sk }) => [pk, sk] as const);
    const endpoints = (await readEndpoints(account.home)) ?? expect.fail('it has ended');

    await rowsAsInLedger(endpoints, { atLeast: 11, changedPastAssay: ofFormer });
  });
});

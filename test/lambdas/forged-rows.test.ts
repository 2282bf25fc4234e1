/** Rows that somebody writes straight into the table: nothing follows from any of them. */

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../lib/domain/change/change.ts';
import { outboxPartition } from '../../lib/domain/change/partitions.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { NOW } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { aPointer, approvedRequest, policy, releaseId, validated } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

let product: Product;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  product = await startProduct('forged');
  client = (await import('../../lib/adapters/dynamodb-release-store.ts')).documentClient;
}, 180_000);
afterAll(() => product.stop());

let runs = 0;
let release: Release;
/** A release that waits for the answer to its request, which nobody has given. */
beforeEach(async () => {
  runs += 1;
  const own = {
    version: 0,
    releaseId: releaseId(`forged-${runs}`),
    modelName: `forged-${runs}` as Release['modelName'],
  };
  release = { ...validated, ...own, approvalRequestId: `apr-forged-${runs}` };
  const request = { ...approvedRequest, ...own, requestId: `apr-forged-${runs}`, status: 'pending' };
  const known = await product.store.get('policy', release.policySha256);
  const kept = { entity: 'policy', version: 0, policySha256: release.policySha256, policy, firstSeenAt: NOW } as const;
  await product.store.commit(
    aChange(
      release.modelName,
      [release, request, ...(known === undefined ? [kept] : [])].map((entity) => ({ kind: 'create' as const, entity })),
    ),
    NOW,
  );
  await product.drain();
});

const forge = (key: { readonly pk: string; readonly sk: string }, item: object) =>
  product.doctor(key, { ...key, ...item });
const forgeIntent = async (intent: Intent, kind: string = intent.kind) => {
  const key = { pk: `${outboxPartition(kind)}0`, sk: `${release.modelName}#999999999999#1` };
  await forge(key, { intent, attempts: 0, due_shard: 'DUE#0', due_at: NOW });
  await product.drain();
  return (await client.send(new GetCommand({ TableName: 'releases', Key: key }))).Item;
};
const isParked = (why: string) => ({ gsi_state_pk: 'PARKED', last_error: expect.stringContaining(why) });
const stateNow = async () => (await product.store.get('release', release.releaseId))?.state;

describe('a forged row', () => {
  it('that a request was approved, with an intent to resume its machine, resumes nothing', async () => {
    await forge({ pk: `REQUEST#${release.approvalRequestId}`, sk: 'META' }, { status: 'approved' });

    const row = await forgeIntent({ kind: 'resume_execution', requestId: release.approvalRequestId ?? '' });

    expect(row).toMatchObject(isParked('IntentForged'));
    expect(await stateNow()).toBe('validated');
  });

  it('of an approval, beside such a request, ends in no record', async () => {
    await forge({ pk: `REQUEST#${release.approvalRequestId}`, sk: 'META' }, { status: 'approved' });
    for (const [index, role] of approvedRequest.requiredRoles.entries()) {
      const approverId = `person-${index}`;
      await forge(
        { pk: `APPROVALS#${release.releaseId}`, sk: `APPROVAL#${approverId}` },
        {
          ...{ entity: 'approval', version: 1, releaseId: release.releaseId, requestId: release.approvalRequestId },
          ...{ approverId, approverRole: role, decision: 'approve', comment: '', timestamp: NOW, checklist: [] },
          ...{ evidenceDigestVerified: release.evidenceDigest, meaning: 'yes', authMethod: 'signed_link' },
        },
      );
    }

    await expect(product.invoke('sign-record', { releaseId: release.releaseId })).rejects.toThrow();

    expect((await product.store.get('release', release.releaseId))?.recordSha256).toBeUndefined();
    expect(await stateNow()).not.toBe('approved');
  });

  it('of an intent to promote starts nothing', async () => {
    const { releaseId: id } = release;
    const intent = {
      kind: 'start_execution',
      machine: 'promotion',
      name: `${id}-1`,
      input: JSON.stringify({ releaseId: id, attempt: 1 }),
    } as const;

    expect(await forgeIntent(intent)).toMatchObject(isParked('IntentForged'));
    expect(await product.attempts(release.releaseId)).toEqual([]);
  });

  it('of an intent in the partition of another kind is not carried out', async () => {
    const intent = { kind: 'resume_execution', requestId: release.approvalRequestId ?? '' } as const;

    expect(await forgeIntent(intent, 'ship_event')).toMatchObject(isParked('lies in OUTBOX#ship_event#0'));
  });

  it('of a pointer, in another partition or where a former version kept it, is not read', async () => {
    const forged = { ...aPointer(), modelName: release.modelName, releaseId: release.releaseId };
    const inProduction = { ...release, state: 'production', gsi_state_pk: 'STATE#production', gsi_state_sk: NOW };
    await forge({ pk: `CHECKS#${release.releaseId}`, sk: 'CHECKS#forged' }, inProduction);
    await forge({ pk: `MODEL#${release.modelName}`, sk: 'PRODUCTION' }, forged);

    const serving = await product.store.releasesInProduction();

    expect(serving.map((one) => one.releaseId)).not.toContain(release.releaseId);
    await expect(product.store.get('pointer', release.modelName)).rejects.toThrow('run assay table move');
  });

  it('of an endpoint, in another partition, makes it nobody’s', async () => {
    const forged = {
      ...{ entity: 'endpoint', version: 1, endpointId: 'e', endpointName: 'e', status: 'owned', since: NOW },
      ...{ modelName: release.modelName, gsi_state_pk: 'ENDPOINTS', gsi_state_sk: 'e' },
    };
    await forge({ pk: `CHECKS#${release.releaseId}`, sk: 'CHECKS#forged' }, forged);

    expect(await product.store.endpoints()).toEqual([]);
  });
});

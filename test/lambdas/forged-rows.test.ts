/** Rows that somebody writes straight into the table: nothing follows from any of them. */

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entityKey } from '../../lib/adapters/dynamodb-keys.ts';
import { tagOfRow } from '../../lib/adapters/dynamodb-sent-mails.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { outboxPartition } from '../../lib/domain/change/partitions.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { aServing, NOW } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import {
  aMove,
  anEndpoint,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  inProduction,
  policy,
  releaseId,
  validated,
} from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

let product: Product;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  product = await startProduct('forged');
  client = (await import('../../lib/adapters/dynamodb-release-store.ts')).documentClient;
});
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
/** A record in the place of its kind. */
const forgeRecord = (record: Entity) => forge(entityKey(record), record);
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

    await expect(product.invoke('sign-record', { releaseId: release.releaseId })).rejects.toMatchObject({
      name: 'ApprovalInvalid',
      message: expect.stringContaining('decision_signature'),
    });

    expect((await product.store.get('release', release.releaseId))?.recordSha256).toBeUndefined();
    expect(await stateNow()).toBe('rejected');
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

    const { found, unreadable } = await product.store.releasesInProduction();

    expect([...found.map((one) => one.releaseId), ...unreadable]).not.toContain(release.releaseId);
    await expect(product.store.get('pointer', release.modelName)).rejects.toThrow('run assay table move');
  });

  const NOBODY_APPROVED = 'which is validated, not in production';
  /** What a role that may write pointers can say of the release, though nobody has approved it. */
  const forgePointer = (changes: object = {}) => {
    const { modelName, releaseId: id } = release;
    return forgeRecord({ ...aPointer(), modelName, releaseId: id, ...changes });
  };
  const lastEvent = async () => (await product.store.events(release.modelName)).at(-1)?.event;

  it('of a pointer, in its own place, is nothing to take back', async () => {
    await forgePointer();
    const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
    const claim = { modelName: release.modelName, actor, reason: 'why not', linkedIncident: 'INC-1' };

    await expect(askRollback(claim, product.store, () => NOW)).rejects.toThrow(NOBODY_APPROVED);
  });

  it('of a move, beside such a pointer, opens no endpoint', async () => {
    await forgePointer();
    const move = aMove({ modelName: release.modelName, releaseId: release.releaseId, requestedAt: NOW });
    await forgeRecord(move);

    const step = { modelName: release.modelName, move: move.number };

    expect(await product.invoke('open-endpoint', step)).toEqual({ outcome: 'refused' });
    expect(await lastEvent()).toMatchObject({ event_type: 'endpoint_move_refused' });
    expect((await lastEvent())?.reason).toContain(NOBODY_APPROVED);
  });

  it('of a rollback leads nowhere but where the pointer does', async () => {
    const served = {
      ...inProduction,
      version: 0,
      modelName: release.modelName,
      releaseId: releaseId(`served-${runs}`),
    };
    await product.store.commit(aChange(release.modelName, [{ kind: 'create', entity: served }]), NOW);
    await forgePointer({ releaseId: served.releaseId, fallbackReleaseId: '' });
    const rollback = aRollback({ modelName: release.modelName, fromReleaseId: served.releaseId });
    const id = `rollback-${release.modelName}-${rollback.epoch}`;
    await forgeRecord({ ...rollback, rollbackId: id, toReleaseId: release.releaseId });

    expect(await product.invoke('roll-back-release', { rollbackId: id })).toEqual({ outcome: 'refused' });
    expect((await lastEvent())?.reason).toBe(`the pointer leads from ${served.releaseId} to nothing`);
    expect(await product.store.get('pointer', release.modelName)).toMatchObject({ releaseId: served.releaseId });
  });

  it('of an endpoint, in its own place, stops the model that serves from it, and gives it to nobody', async () => {
    const endpointName = `forged-${runs}` as Release['modelName'];
    const { manifest } = release;
    const named = { ...manifest, deployment: { ...manifest.deployment, endpoint_name: endpointName } };
    const mine = { ...approved, version: 0, modelName: release.modelName, releaseId: releaseId(`mine-${runs}`) };
    const serving = aServing({ endpoint_name: endpointName });
    const owned = { ...mine, serving, manifest: named, promotionAttempt: 1, endpointConfigName: 'mine' };
    await product.store.commit(aChange(release.modelName, [{ kind: 'create', entity: owned }]), NOW);
    await forgeRecord(anEndpoint({ endpointId: endpointName, endpointName, modelName: 'another-model' as never }));

    expect(await product.invoke('promote-release', { releaseId: owned.releaseId, attempt: 1 })).toEqual({
      outcome: 'deny',
    });

    const { reasons = [], state } = (await product.store.get('release', owned.releaseId)) ?? {};
    expect(reasons).toContainEqual(expect.objectContaining({ rule: 'endpoint' }));
    expect(state).toBe('approved');
    expect(await product.store.get('pointer', release.modelName)).toBeUndefined();
  });

  it('of an endpoint, in another partition, makes it nobody’s', async () => {
    const forged = {
      ...{ entity: 'endpoint', version: 1, endpointId: 'e', endpointName: 'e', status: 'owned', since: NOW },
      ...{ modelName: release.modelName, gsi_state_pk: 'ENDPOINTS', gsi_state_sk: 'e' },
    };
    await forge({ pk: `CHECKS#${release.releaseId}`, sk: 'CHECKS#forged' }, forged);

    expect((await product.store.page('endpoint', { limit: 10 })).items).toEqual([]);
  });
});

describe('an event about a mail', () => {
  const anEvent = (messageId: string) => {
    const row = { pk: `${outboxPartition('send_approval_mail')}0`, sk: `${release.modelName}#999999999999#1` };
    const mail = { messageId, destination: ['ana.silva@example.com'], tags: { 'assay-row': [tagOfRow(row)] } };
    const bounce = { bounceType: 'Permanent' };
    return { source: 'aws.ses', 'detail-type': 'Email Bounced', detail: { eventType: 'Bounce', bounce, mail } };
  };

  it('counts with the id that SES gave that very mail, and with another does nothing', async () => {
    const { approvalRequestId: requestId = '' } = release;
    const invitations = [{ personId: 'ana.silva', role: 'ml_lead', nonce: 'nonce-of-the-invitation' }];
    await forge(
      { pk: `REQUEST#${requestId}`, sk: 'META' },
      { invitations, requiredRoles: ['ml_lead'], expiresAt: '2099-01-01T00:00:00.000Z' },
    );
    const undelivered = async () => (await product.store.get('request', requestId))?.undelivered;
    const sent = await forgeIntent({ kind: 'send_approval_mail', requestId, personId: 'ana.silva' });

    expect(sent).toMatchObject({ done_at: expect.any(String), message_id: expect.any(String) });
    await product.invoke('dispatch-outbox', anEvent('0102-of-another-mail'));
    expect(await undelivered()).toBeUndefined();
    await product.invoke('dispatch-outbox', anEvent(String(sent?.['message_id'])));
    expect(await undelivered()).toEqual(['ana.silva']);
  });
});

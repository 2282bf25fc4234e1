import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { anApi, callApi } from '../support/api.ts';
import { type ApprovalCase, anApprovalCase, digestOf, NOW } from '../support/approval-case.ts';
import { anIntake } from '../support/intake.ts';

const OLGA = { username: 'olga', groups: ['operator'] };

let scene: ApprovalCase;
beforeEach(async () => {
  scene = await anApprovalCase();
});

const withdraw = (
  username: string,
  { id = '', groups = ['releaser'], body = { reason: 'wrong data' } as unknown } = {},
) =>
  callApi(
    anApi({ ...anIntake(), store: scene.store }),
    `/approvals/${id || scene.release.releaseId}/withdrawal`,
    { username, groups },
    body,
  );

describe('a request by the API (AP-14)', () => {
  it('is withdrawn by its requester, and again without another event', async () => {
    const first = await withdraw('rita');
    const again = await withdraw('rita', { id: scene.request.requestId });

    expect(first).toMatchObject({
      status: 200,
      body: { state: 'rejected', reasons: [{ explanation: 'rita withdrew it as requester: wrong data' }] },
    });
    expect(again).toEqual(first);
    expect(await scene.store.events(scene.release.modelName)).toHaveLength(2);
  });

  it('is withdrawn by an operator', async () => {
    expect(await withdraw('olga', { groups: ['operator'] })).toMatchObject({
      status: 200,
      body: { reasons: [{ explanation: 'olga withdrew it as operator: wrong data' }] },
    });
  });

  it('is withdrawn once it is approved, unless its promotion is under way', async () => {
    scene.store.seed({ ...scene.request, status: 'approved' });
    const approved = { ...scene.release, state: 'approved' as const };
    scene.store.seed({ ...approved, updatedAt: plusMilliseconds(NOW, 48 * HOUR_MS) });
    expect(await withdraw('rita')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('under way') },
    });

    scene.store.seed({ ...approved, reasons: [{ rule: 'rollback_target', evidence: '', explanation: 'overtaken' }] });

    expect(await withdraw('rita')).toMatchObject({ status: 200, body: { state: 'rejected' } });
  });

  it('is withdrawn by nobody else, nor without a reason', async () => {
    const before = scene.store.commits;

    expect(await withdraw('ada', { groups: ['approver'] })).toMatchObject({ status: 403 });
    expect(await withdraw('rita', { body: {} })).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'reason' }] },
    });
    expect(await withdraw('rita', { body: { reason: '\u200b' } })).toMatchObject({ status: 422 });
    expect(await withdraw('rita', { id: 'apr-nothing' })).toMatchObject({ status: 404 });
    expect(await withdraw('rita', { id: 'x'.repeat(3000) })).toMatchObject({ status: 404 });
    scene.store.seed({ ...scene.request, status: 'approved' });
    expect(await withdraw('rita')).toMatchObject({ status: 409, body: { title: 'RequestNotPending' } });
    expect(scene.store.commits).toBe(before);
  });
});

describe('the status of a release by the API (AP-16)', () => {
  it('begins with what was decided before about its content or version', async () => {
    const denied = {
      ...{ entity: 'decided_content' as const, version: 1, artifactSha256: digestOf('artifact') },
      ...{ releaseId: 'former' as never, modelName: 'mortgage-approval' as never, modelVersion: '1.1.0' },
      ...{ outcome: 'denied', decidedBy: 'grace', role: 'risk_owner', reason: 'the groups differ', decidedAt: NOW },
    };
    const status = async () =>
      (await callApi(anApi({ ...anIntake(), store: scene.store }), `/releases/${scene.release.releaseId}`, OLGA)).body;
    expect(await status()).not.toHaveProperty('former_decisions');

    scene.store.seed(denied);

    expect(await status()).toMatchObject({
      former_decisions: [
        {
          ...{ release_id: 'former', about: 'content', outcome: 'denied', decided_by: 'grace', role: 'risk_owner' },
          ...{ reason: 'the groups differ', timestamp: NOW },
        },
      ],
    });
  });
});

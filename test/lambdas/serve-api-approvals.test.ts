import { beforeEach, describe, expect, it } from 'vitest';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { anApi, callApi } from '../support/api.ts';
import { type ApprovalCase, anApprovalCase, answerOf, digestOf, NOW } from '../support/approval-case.ts';
import { DECISION_KEY } from '../support/decision-key.ts';
import { anIntake } from '../support/intake.ts';
import { aHold, anUnsignedApprovalOf, aPointer } from '../support/release-life.ts';
import { aStagedCase, decideInStage } from '../support/staged-case.ts';

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
    expect(await withdraw('rita')).toMatchObject({
      status: 409,
      body: { title: 'RequestNotPending', detail: 'Request is approved, not pending' },
    });
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

describe('the status of a release by the API', () => {
  const statusOf = async () =>
    (await callApi(anApi({ ...anIntake(), store: scene.store }), `/releases/${scene.release.releaseId}`, OLGA)).body;
  const decide = (who: string) =>
    takeDecision(answerOf(scene, who), {
      store: scene.store,
      directory: async () => scene.directory,
      signer: DECISION_KEY.signer,
      now: () => NOW,
    });

  it('says whom it waits for, and until when', async () => {
    expect(await statusOf()).toMatchObject({
      approval_request: {
        request_id: scene.request.requestId,
        status: 'pending',
        expires_at: scene.request.expiresAt,
        waits_for: [
          { role: 'ml_lead', asked: expect.arrayContaining(['ada']) },
          { role: 'risk_owner', asked: expect.arrayContaining(['grace']) },
        ],
      },
      promotion: { can_promote: true, under_way: false, waits: false, reasons: [] },
    });

    await decide('ada');
    expect(await statusOf()).toMatchObject({ approval_request: { waits_for: [{ role: 'risk_owner' }] } });

    await decide('grace');
    expect(await statusOf()).toMatchObject({ approval_request: { status: 'approved', waits_for: [] } });
  });

  it('says without whose approval it is not approved, and counts no decision that nobody signed', async () => {
    scene.store.seed({ ...scene.request, requiredPeople: ['grace' as never] }, anUnsignedApprovalOf('ada', 'ml_lead'));

    expect(await statusOf()).toMatchObject({
      approval_request: { required_people: ['grace'], waits_for: [{ role: 'ml_lead' }, { role: 'risk_owner' }] },
    });
  });

  it('says how far its stages are, and waits for those alone whose stage is open (AP-2)', async () => {
    scene = await aStagedCase();
    const stagesOf = async () => {
      const { approval_request: request } = Object(await statusOf());
      const { stages, waits_for } = Object(request);
      return { stages, waits: waits_for.map(({ role }: { role: string }) => role) };
    };

    expect(await stagesOf()).toEqual({
      stages: [
        { name: 'technical', roles: ['ml_lead'], status: 'open' },
        { name: 'deployment', roles: ['risk_owner'], status: 'not_open' },
      ],
      waits: ['ml_lead'],
    });
    await decideInStage(scene, 'ada', NOW);
    expect(await stagesOf()).toMatchObject({
      stages: [{ status: 'complete' }, { status: 'open' }],
      waits: ['risk_owner'],
    });
  });

  it('says why it does not go to production as things stand', async () => {
    scene.store.seed(aHold({ modelName: scene.release.modelName }));

    expect(await statusOf()).toMatchObject({
      promotion: {
        can_promote: false,
        reasons: [{ rule: 'hold', explanation: expect.stringContaining('is held since') }],
      },
    });
  });

  it('says where it serves, and since when, if it is in production', async () => {
    const { releaseId, modelName } = scene.release;
    scene.store.seed({ ...scene.release, state: 'production' }, aPointer({ releaseId, modelName }));

    const status = await statusOf();

    expect(status).toMatchObject({
      production: {
        endpoint: 'mortgage',
        endpoint_config: 'mortgage-1-2-0-e2',
        since: NOW,
        fallback: 'mortgage-1-1-0',
      },
    });
    expect(status).not.toHaveProperty('promotion');
  });

  it('says nothing of a request where there is none yet', async () => {
    const { approvalRequestId: _, ...release } = scene.release;
    scene.store.seed({ ...release, state: 'draft' });

    const status = await statusOf();

    for (const absent of ['approval_request', 'promotion', 'production']) expect(status).not.toHaveProperty(absent);
  });
});

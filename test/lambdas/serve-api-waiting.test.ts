import { beforeEach, describe, expect, it } from 'vitest';
import { anApi, callApi } from '../support/api.ts';
import { type ApprovalCase, anApprovalCase, person } from '../support/approval-case.ts';
import { anIntake } from '../support/intake.ts';
import { releaseId } from '../support/release-life.ts';

let scene: ApprovalCase;
beforeEach(async () => {
  scene = await anApprovalCase();
});

const call = (path: string, groups: string[], body?: unknown) => {
  const intake = { ...anIntake(), store: scene.store, directory: scene.directory };
  return callApi(anApi(intake), path, { username: 'olga', groups }, body);
};
const REASON = { reason: 'the mail server was down' };

describe('what waits for approval, by the API', () => {
  it('is shown with whom it waits for, since when and until when, a page at a time', async () => {
    scene.store.seed({ ...scene.request, escalatedAt: scene.request.createdAt, undelivered: [person('ada')] });

    expect(await call('/approvals', ['auditor'])).toMatchObject({
      status: 200,
      body: {
        approvals: [
          {
            ...{ release_id: 'mortgage-1-2-0', risk_tier: 'medium', status: 'pending' },
            ...{ since: '2026-11-21T09:00:00.000Z', expires_at: '2026-11-24T09:00:00.000Z' },
            ...{ escalated_at: '2026-11-21T09:00:00.000Z', undelivered: ['ada'] },
            waits_for: [
              { role: 'ml_lead', asked: ['ada', 'katherine'] },
              { role: 'risk_owner', asked: ['grace'] },
            ],
          },
        ],
      },
    });
  });

  it('goes on where the page before ended, and nowhere that no page has named', async () => {
    const other = { ...scene.release, releaseId: releaseId('mortgage-9'), approvalRequestId: 'apr-mortgage-9' };
    scene.store.seed(other, { ...scene.request, requestId: 'apr-mortgage-9', releaseId: releaseId('mortgage-9') });

    const first = await call('/approvals?limit=1', ['auditor']);
    expect(first.body).toMatchObject({ approvals: [{ release_id: 'mortgage-1-2-0' }], next: expect.any(String) });
    const second = await call(`/approvals?limit=1&after=${first.body['next']}`, ['auditor']);
    expect(second.body).toMatchObject({ approvals: [{ release_id: 'mortgage-9' }] });
    expect(second.body).not.toHaveProperty('next');
    expect(await call('/approvals?after=nowhere', ['auditor'])).toMatchObject({
      status: 422,
      body: { faults: [{ field: 'after', problem: 'is no place that a page before has named' }] },
    });
  });

  it('is no release that is not asked about yet, or no longer', async () => {
    const { approvalRequestId: _, ...unasked } = scene.release;
    scene.store.seed({ ...scene.request, status: 'approved' });
    expect(await call('/approvals', ['auditor'])).toMatchObject({ body: { approvals: [] } });

    scene.store.seed(unasked);
    expect(await call('/approvals', ['auditor'])).toMatchObject({ body: { approvals: [] } });
  });
});

describe('messages, by the API (AP-18)', () => {
  it('are sent again, and people reminded, by operators', async () => {
    expect(await call('/approvals/mortgage-1-2-0/resend', ['operator'], REASON)).toMatchObject({
      status: 202,
      body: { release_id: 'mortgage-1-2-0', about: 'request', people: ['ada', 'grace', 'katherine'] },
    });
    expect(await call('/approvals/apr-mortgage-1-2-0/reminder', ['operator'], REASON)).toMatchObject({
      status: 202,
      body: { about: 'reminder', people: ['ada', 'grace', 'katherine'] },
    });
  });

  it('are sent by nobody else, without a reason, or about nothing', async () => {
    const before = scene.store.commits;

    for (const path of ['resend', 'reminder']) {
      expect(await call(`/approvals/mortgage-1-2-0/${path}`, ['approver'], REASON)).toMatchObject({ status: 403 });
      expect(await call(`/approvals/mortgage-1-2-0/${path}`, ['operator'], {})).toMatchObject({ status: 422 });
      expect(await call(`/approvals/gone/${path}`, ['operator'], REASON)).toMatchObject({ status: 404 });
    }
    expect(scene.store.commits).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import { expireRequest, openRequest, rejectFormer, replaceToken } from '../../../lib/domain/approval/request.ts';
import { directorySha256 } from '../../../lib/domain/records/configuration.ts';
import { aCheck, aDirectory, anApprovalCase, at, contentOf, NOW } from '../../support/approval-case.ts';
import { refusalCodeOf } from '../../support/refusals.ts';

describe('opening a request (AP-4)', () => {
  it('asks everybody who may approve, and notes the mails and the deadline in the same change', async () => {
    const { store, request, release } = await anApprovalCase();

    expect(request).toMatchObject({
      requestId: 'apr-mortgage-1-2-0',
      status: 'pending',
      requiredRoles: ['ml_lead', 'risk_owner'],
      evidenceDigest: release.evidenceDigest,
      expiresAt: '2026-11-24T09:00:00.000Z',
    });
    expect(new Set(request.invitations.map(({ nonce }) => nonce)).size).toBe(3);
    expect(release.approvalRequestId).toBe(request.requestId);
    expect(store.outbox.map(({ intent, dueAt }) => [intent.kind, dueAt])).toEqual([
      ['ship_event', undefined],
      ['send_approval_mail', undefined],
      ['send_approval_mail', undefined],
      ['send_approval_mail', undefined],
      ['expire_request', request.expiresAt],
      ['publish_event', undefined],
      ['escalate_request', at('2026-11-21T13:00:00.000Z')],
      ['remind_people', at('2026-11-21T12:00:00.000Z')],
    ]);
  });

  it('puts neither token nor nonce nor name into its event', async () => {
    const { store, request } = await anApprovalCase();

    const [opened] = await store.events('mortgage-approval');

    expect(opened?.event.event_type).toBe('approval_requested');
    expect(JSON.stringify(opened?.event)).not.toMatch(/task-token|nonce-of|Ada|example\.com/);
    expect(JSON.stringify(opened?.event)).toContain(request.expiresAt);
  });

  it('pins the directory that the people were invited from, in the request and in its event', async () => {
    const { store, request, directory } = await anApprovalCase();
    const digest = directorySha256(directory);

    const [opened] = await store.events('mortgage-approval');

    expect(request.directorySha256).toBe(digest);
    expect(opened?.event.details['directory_sha256']).toBe(digest);
    expect(directorySha256({ ...directory, people: directory.people.slice(1) })).not.toBe(digest);
  });

  it('says in its event what the policy asks for after a denial', async () => {
    const { store } = await anApprovalCase();

    const [opened] = await store.events('mortgage-approval');

    expect(opened?.event.details['after_denial']).toBe('answer');
  });

  const opening = async () => ({
    ...(await withContent()),
    taskToken: 't',
    former: [],
    nextNonce: () => 'nonce-nonce-nonce',
    now: NOW,
  });

  it('is refused when the stored evidence is not what was judged', async () => {
    const input = { ...(await opening()), checks: [aCheck('consent_basis_documented')] };

    expect(await refusalCodeOf(() => openRequest(input))).toBe('EvidenceDigestMismatch');
  });

  it('is refused when nobody is left to approve', async () => {
    const input = { ...(await opening()), directory: aDirectory([{ id: 'rita', roles: ['ml_lead', 'risk_owner'] }]) };

    expect(await refusalCodeOf(() => openRequest(input))).toBe('QuorumImpossible');
  });

  it('is refused for a release that is not validated', async () => {
    const input = await opening();

    expect(await refusalCodeOf(() => openRequest({ ...input, release: { ...input.release, state: 'draft' } }))).toBe(
      'IllegalTransition',
    );
  });
});

const withContent = async () => {
  const scene = await anApprovalCase();
  return { ...scene, content: contentOf(scene.release) };
};

describe('expiring a request (EX-5)', () => {
  it('ends the release, resumes the machine, and approves nothing', async () => {
    const { store, release, request } = await anApprovalCase();

    const change = expireRequest(release, request, request.expiresAt);
    await store.commit(change, request.expiresAt);

    expect(change.event).toMatchObject({
      event_type: 'approval_expired',
      actor_id: 'assay',
      approval_state: 'expired',
    });
    expect(change.intents.map(({ intent }) => intent.kind)).toEqual([
      'resume_execution',
      'sync_registry',
      'publish_event',
      'notify_people',
    ]);
    expect(await store.get('request', request.requestId)).toMatchObject({ status: 'expired' });
    expect(await store.get('release', release.releaseId)).toMatchObject({ state: 'expired' });
  });

  it('is refused once people have decided', async () => {
    const { release, request } = await anApprovalCase();

    expect(
      await refusalCodeOf(() => expireRequest(release, { ...request, status: 'approved' }, request.expiresAt)),
    ).toBe('RequestNotPending');
  });

  it('is a rejection for what a former version took in', async () => {
    const { release, request } = await anApprovalCase({ isFormer: true });

    const { writes } = expireRequest(release, request, request.expiresAt);

    expect(writes.map(({ entity }) => entity)).toMatchObject([
      { status: 'rejected' },
      { state: 'rejected', reasons: [{ rule: 'judged_by_former_version' }] },
    ]);
  });

  it('leaves a request as it is that people had approved when its release was rejected for its former version', async () => {
    const { release, request } = await anApprovalCase({ isFormer: true });

    const change = rejectFormer(release, { ...request, status: 'approved' }, request.expiresAt);

    expect(change.writes[0]).toMatchObject({ kind: 'expect', entity: { status: 'approved' } });
    expect(change.intents.map(({ intent }) => intent.kind)).toEqual([
      'sync_registry',
      'publish_event',
      'notify_people',
    ]);
  });

  it('never happens before the deadline', async () => {
    const { release, request } = await anApprovalCase();

    expect(() => expireRequest(release, request, at('2026-11-24T08:59:59.999Z'))).toThrow('it has until');
  });
});

describe('replacing the token', () => {
  it('resumes the machine that waits again, if people have decided meanwhile', async () => {
    const { release, request } = await anApprovalCase();

    expect(replaceToken(release, request, 'new').intents).toEqual([]);
    expect(replaceToken(release, request, 'new').writes).toContainEqual({ kind: 'expect', entity: release });
    expect(replaceToken(release, { ...request, status: 'approved' }, 'new').intents).toHaveLength(1);
  });
});

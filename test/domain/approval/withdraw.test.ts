/** A request is withdrawn by those who made it, or by an operator (AP-14). */
import { describe, expect, it } from 'vitest';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { type WithdrawalClaim, withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalCodeOf, refusalOf } from '../../support/refusals.ts';

const TEN = at('2026-11-21T10:00:00.000Z');
const withdraw = ({ store, release }: ApprovalCase, changes: Partial<WithdrawalClaim> = {}, now = TEN) =>
  withdrawRequest(
    {
      id: release.releaseId,
      actorId: 'rita',
      actorAuth: 'jwt',
      isOperator: false,
      reason: 'the data was wrong',
      ...changes,
    },
    store,
    () => now,
  );
const approve = (scene: ApprovalCase, who: string) =>
  takeDecision(answerOf(scene, who), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => TEN,
  });
const endOf = async ({ store, release, request }: ApprovalCase) => ({
  request: (await store.get('request', request.requestId))?.status,
  release: (await store.get('release', release.releaseId))?.state,
  events: (await store.events(release.modelName)).map(({ event }) => event.event_type),
});

describe('a withdrawn request', () => {
  it('ends rejected, with who withdrew it and why, as one event', async () => {
    const scene = await anApprovalCase();

    const { outcome, release } = await withdraw(scene);

    expect(outcome).toBe('withdrawn');
    expect(release).toMatchObject({
      state: 'rejected',
      reasons: [
        {
          rule: 'withdrawn',
          evidence: scene.request.requestId,
          explanation: 'rita withdrew it as requester: the data was wrong',
        },
      ],
    });
    expect(await endOf(scene)).toEqual({
      request: 'rejected',
      release: 'rejected',
      events: ['approval_requested', 'approval_withdrawn'],
    });
    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event).toMatchObject({
      actor_id: 'rita',
      actor_role: 'requester',
      actor_auth: 'jwt',
      reason: 'the data was wrong',
      approval_state: 'rejected',
      details: { request_id: scene.request.requestId, request_status: 'rejected' },
    });
  });

  it('resumes its execution, syncs the registry, and tells everybody who was asked', async () => {
    const scene = await anApprovalCase();
    const { requestId, releaseId, invitations } = scene.request;
    const before = scene.store.outbox.length;

    await withdraw(scene);

    expect(scene.store.outbox.slice(before).map(({ intent }) => intent)).toEqual([
      expect.objectContaining({ kind: 'ship_event' }),
      { kind: 'resume_execution', requestId },
      { kind: 'sync_registry', releaseId },
      expect.objectContaining({ kind: 'publish_event', detailType: 'Release Rejected' }),
      ...invitations.map(({ personId }) => ({ kind: 'send_outcome_mail', requestId, personId })),
    ]);
    expect(invitations.length).toBeGreaterThan(1);
  });

  it.each([
    ['by its requester, who is named by the request', { id: 'apr-mortgage-1-2-0' }, 'requester'],
    ['by an operator', { actorId: 'olga', isOperator: true }, 'operator'],
    ['by an operator who requested it', { isOperator: true }, 'requester'],
  ])('may be withdrawn %s', async (_, changes, role) => {
    const scene = await anApprovalCase();

    await withdraw(scene, changes);

    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event.actor_role).toBe(role);
  });

  it('may be withdrawn by the person who submitted it for another', async () => {
    const scene = await anApprovalCase();
    scene.store.seed({ ...scene.release, submittedBy: 'sam' });

    expect(await withdraw(scene, { actorId: 'sam' })).toMatchObject({ outcome: 'withdrawn' });
  });

  it('is withdrawn once: asking again changes nothing', async () => {
    const scene = await anApprovalCase();
    await withdraw(scene);
    const before = scene.store.commits;

    expect(await withdraw(scene, { actorId: 'olga', isOperator: true })).toMatchObject({ outcome: 'known' });
    expect(scene.store.commits).toBe(before);
  });

  it('takes no decision any more, and says who withdrew it', async () => {
    const scene = await anApprovalCase();
    await withdraw(scene);

    expect(await refusalOf(() => approve(scene, 'ada'))).toMatchObject({
      code: 'RequestNotPending',
      message: 'Request is rejected, not pending',
      violations: [{ problem: 'rita withdrew it as requester: the data was wrong' }],
    });
  });

  it('keeps the decisions that were made before', async () => {
    const scene = await anApprovalCase();
    await approve(scene, 'ada');

    await withdraw(scene);

    expect(await scene.store.list('approval', scene.release.releaseId)).toHaveLength(1);
  });
});

describe('a withdrawal is refused', () => {
  it.each([
    ['to somebody who did not request it', {}, { actorId: 'ada' }, 'NotAuthorized'],
    ['of what nobody is asked about', {}, { id: 'nothing' }, 'NotFound'],
    ['of what people have approved', { status: 'approved' }, {}, 'RequestNotPending'],
    ['of what was denied', { status: 'rejected' }, {}, 'RequestNotPending'],
    ['of what has expired', { expiresAt: TEN }, {}, 'RequestNotPending'],
  ] as const)('%s', async (_, stored, claim, code) => {
    const scene = await anApprovalCase();
    scene.store.seed({ ...scene.request, ...stored });
    const before = scene.store.commits;

    expect(await refusalCodeOf(() => withdraw(scene, claim))).toBe(code);

    expect(scene.store.commits).toBe(before);
  });

  it('of an id that is a request, and a release with another one', async () => {
    const scene = await anApprovalCase();
    const { requestId } = scene.request;
    scene.store.seed({ ...scene.request, requestId: `apr-${requestId}` });

    expect(await refusalOf(() => withdraw(scene, { id: requestId }))).toMatchObject({
      violations: [{ field: 'id', problem: expect.stringContaining(scene.release.releaseId) }],
    });
    expect(await endOf(scene)).toMatchObject({ request: 'pending' });
  });
});

describe('a withdrawal and the last approval', () => {
  const approved = {
    request: 'approved',
    release: 'validated',
    events: ['approval_requested', 'approval_granted', 'approval_granted'],
  };
  const withdrawn = {
    request: 'rejected',
    release: 'rejected',
    events: ['approval_requested', 'approval_granted', 'approval_withdrawn'],
  };
  const oneApproved = async () => {
    const scene = await anApprovalCase();
    await approve(scene, 'ada');
    return scene;
  };

  it('that is committed first: it is approved, and no longer withdrawn', async () => {
    const scene = await oneApproved();
    scene.store.beforeNextCommit(async () => {
      await approve(scene, 'grace');
    });

    expect(await refusalOf(() => withdraw(scene))).toMatchObject({ message: 'Request is approved, not pending' });
    expect(await endOf(scene)).toEqual(approved);
  });

  it('that is committed second: it is withdrawn, and no longer approved', async () => {
    const scene = await oneApproved();
    scene.store.beforeNextCommit(async () => {
      await withdraw(scene);
    });

    expect(await refusalCodeOf(() => approve(scene, 'grace'))).toBe('RequestNotPending');
    expect(await endOf(scene)).toEqual(withdrawn);
  });

  it.each(Array.from({ length: 10 }, (_, round) => round))(
    'that are sent at once: one of them counts, whole, and the other is refused (round %i)',
    async (round) => {
      const scene = await oneApproved();
      const both = [() => approve(scene, 'grace'), () => withdraw(scene)];

      const answers = await Promise.allSettled((round % 2 ? both : both.reverse()).map((act) => act()));

      const lost = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(lost).toEqual([expect.any(Refusal)]);
      expect([approved, withdrawn]).toContainEqual(await endOf(scene));
    },
  );
});

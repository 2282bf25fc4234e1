/** A request is withdrawn by those who made it, or by an operator (AP-14). */
import { describe, expect, it } from 'vitest';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { type WithdrawalClaim, withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { promote, recordDenied } from '../../../lib/domain/gate/promotion.ts';
import { needsPackage } from '../../../lib/domain/records/package-holder.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { expireApproval } from '../../../lib/domain/serving/expiry.ts';
import { mayServeUnpromoted } from '../../../lib/domain/serving/restoration.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalCodeOf, refusalOf } from '../../support/refusals.ts';
import { approved, NOTHING_BEFORE } from '../../support/release-life.ts';

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
    const { requestId, releaseId } = scene.request;
    const before = scene.store.outbox.length;

    await withdraw(scene);

    expect(scene.store.outbox.slice(before).map(({ intent }) => intent)).toEqual([
      expect.objectContaining({ kind: 'ship_event' }),
      { kind: 'resume_execution', requestId },
      { kind: 'sync_registry', releaseId },
      expect.objectContaining({ kind: 'publish_event', detailType: 'Release Rejected' }),
      { kind: 'notify_people', releaseId, outcome: 'withdrawn' },
    ]);
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
      violations: [{ problem: 'rita withdrew it as requester: the data was wrong (2026-11-21T10:00:00.000Z)' }],
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
    ['of what is about to be signed', { status: 'approved' }, {}, 'RequestNotPending'],
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

describe('an approved release that was never promoted', () => {
  const REFUSED = [{ rule: 'rollback_target', evidence: '', explanation: 'another release is in production' }];
  const SILENT = at('2026-11-21T13:00:00.000Z');
  const anApproved = async (changes: Partial<Release> = {}) => {
    const scene = await anApprovalCase();
    scene.store.seed({ ...scene.request, status: 'approved' });
    const { state, approvedAt, approvedUntil, recordSha256 } = approved;
    const said = {
      state,
      approvedAt,
      approvedUntil,
      recordSha256,
      promotionAttempt: 1,
      reasons: REFUSED,
      updatedAt: NOW,
    };
    scene.store.seed({ ...scene.release, ...said, ...changes });
    return scene;
  };
  const promoteAgain = ({ store, release }: ApprovalCase) =>
    askPromotion(
      { releaseId: release.releaseId, actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'once more' },
      store,
      () => TEN,
    );

  it.each([
    ['by its requester', {}, 'requester'],
    ['by an operator', { actorId: 'olga', isOperator: true }, 'operator'],
  ])('is withdrawn %s: it ends rejected, as one event, and nothing resumes', async (_, by, role) => {
    const scene = await anApproved();
    const before = scene.store.outbox.length;

    const { outcome, release } = await withdraw(scene, by);

    expect({ outcome, state: release.state }).toEqual({ outcome: 'withdrawn', state: 'rejected' });
    expect(release.reasons).toMatchObject([
      { rule: 'withdrawn', explanation: expect.stringContaining('the data was wrong') },
    ]);
    expect(await endOf(scene)).toMatchObject({ request: 'rejected', release: 'rejected' });
    expect((await scene.store.events(scene.release.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'approval_withdrawn',
      actor_role: role,
      approval_state: 'rejected',
    });
    const kinds = scene.store.outbox.slice(before).map(({ intent }) => intent.kind);
    expect(kinds).toEqual(['ship_event', 'sync_registry', 'publish_event', 'notify_people']);
  });

  it('gives its content free, and its package', async () => {
    const scene = await anApproved();
    expect(needsPackage(await requireRelease(scene))).toBe(true);

    await withdraw(scene);

    expect(needsPackage(await requireRelease(scene))).toBe(false);
  });

  it('does not expire any more', async () => {
    const scene = await anApproved();
    await withdraw(scene);

    expect(expireApproval(await requireRelease(scene), at('2099-01-01T00:00:00.000Z'))).toBeUndefined();
  });

  it.each([
    ['whose promotion is under way', { reasons: [] }, TEN, 'under way'],
    [
      'whose promotion was under way just before it is taken for silent',
      { reasons: [] },
      at('2026-11-21T11:59:59.999Z'),
      'under way',
    ],
    ['that is in production', { state: 'production' }, TEN, 'Request is approved, not pending'],
    ['that was in production', { state: 'superseded' }, TEN, 'Request is approved, not pending'],
    ['that has expired', { state: 'expired' }, TEN, 'Request is approved, not pending'],
  ])('is not one %s', async (_, changes, now, message) => {
    const scene = await anApproved(changes);
    const before = scene.store.commits;

    expect(await refusalOf(() => withdraw(scene, {}, now))).toMatchObject({
      code: 'RequestNotPending',
      message: expect.stringContaining(message),
    });
    expect(scene.store.commits).toBe(before);
  });

  it('may be one whose attempt has been silent for three hours', async () => {
    expect(await withdraw(await anApproved({ reasons: [] }), {}, SILENT)).toMatchObject({ outcome: 'withdrawn' });
  });

  it.each(Array.from({ length: 10 }, (_, round) => round))(
    'is either withdrawn or promoted again, if both are asked for at once (round %i)',
    async (round) => {
      const scene = await anApproved();
      const both = [() => promoteAgain(scene), () => withdraw(scene)];

      const answers = await Promise.allSettled((round % 2 ? both : both.reverse()).map((act) => act()));

      expect(answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))).toEqual([
        expect.any(Refusal),
      ]);
      const starts = scene.store.outbox.filter(({ intent }) => intent.kind === 'start_execution');
      const { state } = await requireRelease(scene);
      expect([state, starts.length]).toEqual(state === 'approved' ? ['approved', 1] : ['rejected', 0]);
    },
  );

  it('is in production, and not withdrawn, if a silent attempt flips the pointer first', async () => {
    const scene = await anApproved({ reasons: [], endpointConfigName: 'mortgage-1-2-0-e1' });
    scene.store.beforeNextCommit(async () => {
      const release = await requireRelease(scene);
      const flip = {
        release,
        pointer: undefined,
        former: undefined,
        served: undefined,
        endpoint: undefined,
        now: SILENT,
      };
      await scene.store.commit(promote(flip), SILENT);
    });

    expect(await refusalOf(() => withdraw(scene, {}, SILENT))).toMatchObject({ code: 'RequestNotPending' });
    expect(await endOf(scene)).toMatchObject({ release: 'production', request: 'approved' });
  });

  it('is not promoted any more, and keeps who withdrew it, if a silent attempt comes back after that', async () => {
    const scene = await anApproved({ reasons: [], endpointConfigName: 'mortgage-1-2-0-e1' });
    await withdraw(scene, {}, SILENT);
    const release = await requireRelease(scene);

    const decision = judgeFlip({ ...NOTHING_BEFORE, release, now: SILENT });

    expect(decision).toMatchObject({
      outcome: 'deny',
      reasons: expect.arrayContaining([expect.objectContaining({ rule: 'state' })]),
    });
    if (decision.outcome === 'allow') return;
    await scene.store.commit(recordDenied(release, decision, SILENT), SILENT);
    expect(await requireRelease(scene)).toMatchObject({ state: 'rejected', reasons: [{ rule: 'withdrawn' }] });
    expect(mayServeUnpromoted(await requireRelease(scene))).toBe(true);
  });
});

const requireRelease = async ({ store, release }: ApprovalCase): Promise<Release> => {
  const found = await store.get('release', release.releaseId);
  if (found === undefined) throw new Error('there is no release');
  return found;
};

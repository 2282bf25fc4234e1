import { describe, expect, it } from 'vitest';
import { afterDenial } from '../../../lib/domain/approval/after-denial.ts';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { readApproval } from '../../../lib/domain/approval/read-approval.ts';
import { resumptionProblem } from '../../../lib/domain/approval/resumption.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { readFormerDecisions, withAnswered } from '../../../lib/domain/change/read-former-decisions.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at, digestOf } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const CHANGES = { decision: 'request_changes', comment: 'Say in the card who must not be scored.' } as const;
const take = (scene: ApprovalCase, who: string, answered: object = {}) =>
  takeDecision(answerOf(scene, who, answered), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T10:00:00.000Z'),
  });

describe('a person who asks for changes', () => {
  it('ends request and release, rejected, by an event of its own', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'grace');

    const { approval, facts } = await take(scene, 'ada', CHANGES);

    expect(facts.request.status).toBe('rejected');
    expect(openDecision(approval.signed?.envelope, DECISION_KEY.pem)).toMatchObject({
      said: { decision: 'request_changes', meaning: expect.stringContaining('ask for the changes') },
    });
    const release = await scene.store.get('release', scene.release.releaseId);
    expect(release).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'changes_requested', explanation: `ada asked for changes as ml_lead: ${CHANGES.comment}` }],
    });
    const events = await scene.store.events(scene.release.modelName);
    expect(events.at(-1)?.event).toMatchObject({
      event_type: 'changes_requested',
      approval_state: 'rejected',
      actor_id: 'ada',
      reason: CHANGES.comment,
      details: { decision: 'request_changes', request_status: 'rejected' },
    });
    const notices = scene.store.outbox.filter(({ intent }) => intent.kind === 'notify_people');
    expect(notices).toMatchObject([{ intent: { outcome: 'changes_requested' } }]);
  });

  it('says which', async () => {
    const scene = await anApprovalCase();

    expect(await refusalOf(() => take(scene, 'ada', { ...CHANGES, comment: ' ' }))).toMatchObject({
      code: 'DecisionIncomplete',
      violations: [{ field: 'comment', problem: 'is empty: say which changes you ask for' }],
    });
  });

  it('has not approved before: only a denial follows an approval', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada');

    expect(await refusalOf(() => take(scene, 'ada', CHANGES))).toMatchObject({ code: 'DecisionAlreadyRecorded' });
    expect((await take(scene, 'ada', { decision: 'deny', comment: 'no' })).isNew).toBe(true);
  });

  it('keeps it out of production, whatever its rows say afterwards', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada', CHANGES);
    const facts = await readApproval(scene.store, { ...scene.release, approvalRequestId: scene.request.requestId });
    const request = { ...scene.request, status: 'approved' };

    expect(resumptionProblem({ ...facts, request, release: scene.release })).toBe(
      'apr-mortgage-1-2-0 is approved, but ada asked for changes to it',
    );
    const reasons = decisionReasons({ ...facts, request, release: scene.release, decisionKeyPem: DECISION_KEY.pem });
    expect(reasons.map(({ explanation }) => explanation)).toContain('ada asked for changes to it as ml_lead');
    scene.store.seed({ ...scene.request, version: 2 }, { ...scene.release, version: 7 });
    expect(await refusalOf(() => take(scene, 'grace'))).toMatchObject({
      message: 'Request is rejected, not pending',
      violations: [{ problem: 'ada ended it' }],
    });
  });

  it('bars no release that comes after: it is shown, and nothing is asked for it', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada', CHANGES);
    const next = { releaseId: 'next' as never, modelName: scene.release.modelName, modelVersion: '1.2.0' };

    const former = await readFormerDecisions(scene.store, { ...next, artifactSha256: digestOf('artifact') });

    const answering = { manifest: { answers: scene.release.releaseId } };
    const [other = former[0]] = former.map((one) => ({ ...one, releaseId: 'other' as never }));
    const shown = await withAnswered(scene.store, answering, [...former, ...(other ? [other] : [])]);
    expect(shown).toMatchObject([{ releaseId: 'mortgage-1-2-0', isAnswered: true }, { releaseId: 'other' }]);
    expect(former).toMatchObject([{ outcome: 'changes_requested', decidedBy: 'ada', reason: CHANGES.comment }]);
    expect(afterDenial({ ...scene, former })).toEqual({ mustDecide: [], mustAnswer: [], barring: [] });
  });
});

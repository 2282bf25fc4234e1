import { suspendIfOverdue } from '../../lambdas/dispatch-outbox/intents/suspend-approval.ts';
import { meetCondition } from '../../lib/domain/approval/meet-condition.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { anApprovalCase, answerOf, at } from './approval-case.ts';
import { DECISION_KEY } from './decision-key.ts';
import { inAct, recording } from './recorded-acts.ts';

/** An approval with two conditions, one of which is overdue, and both of which are met: each act as it is recorded. */
export const tellOfConditions = async (): Promise<void> => {
  const scene = await anApprovalCase();
  const store = recording(scene.store);
  let time = scene.request.createdAt;
  const now = () => time;
  const ports = { store, directory: async () => scene.directory, signer: DECISION_KEY.signer, now };
  const draft = { text: 'Say who must not be scored.', owner: 'grace', due: '2026-12-14' };
  await inAct('takeDecision', () => takeDecision(answerOf(scene, 'ada', { conditions: [draft, draft] }), ports));
  time = at('2026-12-15T00:00:00.000Z');
  const { releaseId } = scene.release;
  const due = { kind: 'suspend_approval', releaseId, conditionId: 'ada-1' } as const;
  await inAct('suspend_approval', () => suspendIfOverdue(due, { store: withinRights('DispatchOutbox', store), now }));
  for (const conditionId of ['ada-1', 'ada-2']) {
    const claim = { releaseId, conditionId, actor: { id: 'grace', auth: 'jwt' }, reason: 'the card says so' };
    await inAct('meetCondition', () => meetCondition(claim, store, now));
  }
};

/** What becomes of the conditions that an approval is given on: they are signed, stored, told and recorded with it. */
import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import type { ConditionDraft } from '../../../lib/domain/approval/decision-answer.ts';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { findSignedDecisions } from '../../../lib/domain/approval/signed-decisions.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { conditionsSha256 } from '../../../lib/domain/records/condition.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { type ApprovalCase, aDecision, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { aCondition } from '../../support/conditions.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const DRAFT: ConditionDraft = { text: 'Say in the card who must not be scored.', owner: 'grace', due: '2026-12-14' };
const CONDITION = aCondition({ due_at: '2026-12-14T23:59:00.000Z' });

const take = (scene: ApprovalCase, who = 'ada', conditions: readonly ConditionDraft[] = [DRAFT]) =>
  takeDecision(answerOf(scene, who, { conditions }), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T10:00:00.000Z'),
  });

describe('an approval with conditions (AP-8)', () => {
  it('has them in its row, in what is signed, in its event, and in what is due', async () => {
    const scene = await anApprovalCase();

    const { approval } = await take(scene);

    expect(approval.conditions).toEqual([CONDITION]);
    expect(openDecision(approval.signed?.envelope, DECISION_KEY.pem)).toMatchObject({
      said: { conditions_sha256: conditionsSha256([CONDITION]) },
    });
    const events = await scene.store.events(scene.release.modelName);
    expect(events.at(-1)?.event).toMatchObject({
      event_type: 'approval_granted',
      details: { conditions: [CONDITION] },
    });
    const { releaseId } = scene.release;
    expect(scene.store.outbox).toContainEqual({
      intent: { kind: 'suspend_approval', releaseId, conditionId: 'ada-1' },
      dueAt: CONDITION.due_at,
    });
  });

  it('counts like any other, and notes what is due also where it completes the quorum', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'grace', []);

    const { facts } = await take(scene);

    expect(facts.request.status).toBe('approved');
    expect(scene.store.outbox.map(({ intent }) => intent.kind)).toEqual(
      expect.arrayContaining(['suspend_approval', 'resume_execution']),
    );
  });

  it('counts for nothing if a row says other conditions, fewer, or none', async () => {
    const scene = await anApprovalCase();
    const { approval } = await take(scene);
    const { conditions: _, ...without } = approval;
    const rows = [
      without,
      { ...approval, conditions: [{ ...CONDITION, due_at: at('2030-01-01T00:00:00.000Z') }] },
      { ...approval, conditions: [CONDITION, CONDITION] },
    ];

    for (const row of rows) {
      expect(findSignedDecisions([row], { release: scene.release, decisionKeyPem: DECISION_KEY.pem })).toMatchObject({
        signed: [],
        unsigned: [{ problem: 'what was signed has another conditions_sha256' }],
      });
    }
    const { facts } = await take(scene, 'grace', []);
    const content = facts.content;
    const reasons = decisionReasons({ ...facts, content, approvals: [without], decisionKeyPem: DECISION_KEY.pem });
    expect(reasons.map(({ rule }) => rule)).toContain('decision_signature');
  });

  it('counts for nothing either if conditions are put beside a decision that has none', async () => {
    const scene = await anApprovalCase();
    const { approval } = await take(scene, 'ada', []);

    expect(approval).not.toHaveProperty('conditions');
    const row = { ...approval, conditions: [CONDITION] };
    const found = findSignedDecisions([row], { release: scene.release, decisionKeyPem: DECISION_KEY.pem });
    expect(found.unsigned).toHaveLength(1);
  });

  it('is refused with the fields at fault, and nothing is signed', async () => {
    const scene = await anApprovalCase();

    const refusal = await refusalOf(() => take(scene, 'ada', [{ ...DRAFT, owner: 'eve', due: 'soon' }]));

    expect(refusal).toMatchObject({
      code: 'DecisionIncomplete',
      violations: [{ field: 'conditions.1.owner' }, { field: 'conditions.1.due' }],
    });
    expect(await scene.store.list('approval', scene.release.releaseId)).toEqual([]);
  });

  it('may be denied after all: a denial has no conditions', async () => {
    const scene = await anApprovalCase();
    await take(scene);

    const input = await aDecision(scene, 'ada', { answered: { decision: 'deny', comment: 'no' } });
    const outcome = await decideApproval(input, DECISION_KEY.signer);

    expect(outcome).toMatchObject({ kind: 'recorded', approval: { decision: 'deny' } });
    expect(outcome.approval).not.toHaveProperty('conditions');
  });
});

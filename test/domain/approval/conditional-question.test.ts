import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { aDecision, anApprovalCase } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

describe('a question with a condition (RB-9)', () => {
  const conditional = async () => {
    const scene = await anApprovalCase();
    const { medium } = scene.policy.tiers;
    const checklist = [
      ...medium.checklist.slice(0, 2),
      { id: 'rollback_known', question: 'Which release serves again?', when: { first_release: false } },
      { id: 'nothing_serves_after', question: 'That none does?', when: { first_release: true } },
    ];
    const policy = { ...scene.policy, tiers: { ...scene.policy.tiers, medium: { ...medium, checklist } } };
    return (asked: string, rollbackTarget: string) => {
      const ids = ['evidence_read', 'fairness_acceptable', asked];
      const checklist = new Map(ids.map((id) => [id, 'yes' as const]));
      const release = { ...scene.release, rollbackTarget };
      return aDecision(scene, 'ada', {
        policy,
        release: { ...release, evidenceDigest: evidenceDigest(release, scene.checks) },
        answered: { checklist },
      });
    };
  };

  it.each([
    ['none', 'nothing_serves_after', 'rollback_known'],
    ['mortgage-1-1-0', 'rollback_known', 'nothing_serves_after'],
  ])('is asked only if it holds: rollback target %s', async (target, asked, other) => {
    const about = await conditional();

    const outcome = await decideApproval(await about(asked, target), DECISION_KEY.signer);

    expect(outcome.approval.checklist.map(({ id }) => id)).toEqual(['evidence_read', 'fairness_acceptable', asked]);
    const input = await about(other, target);
    expect(
      (await refusalOf(() => decideApproval(input, DECISION_KEY.signer))).violations.map(({ field }) => field),
    ).toEqual([`checklist.${asked}`, 'checklist']);
  });
});

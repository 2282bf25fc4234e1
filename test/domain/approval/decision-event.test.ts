import { expect, it } from 'vitest';
import { decisionEvent } from '../../../lib/domain/approval/decision-event.ts';
import { anApprovalCase } from '../../support/approval-case.ts';
import { aCondition } from '../../support/conditions.ts';
import { signedApproval } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';
import { anUnsignedApprovalOf } from '../../support/release-life.ts';

it('conditions that an event has no room for are refused by name, with how much shorter they have to be', async () => {
  const { release, request, checks } = await anApprovalCase();
  const decided = (meaning: string, changes: object = {}) => {
    const { signed, ...approval } = signedApproval(
      anUnsignedApprovalOf('ada', 'ml_lead', { meaning, ...changes }),
      release,
    );
    if (signed === undefined) throw new Error('it is not signed');
    const about = { release, request, checks, decision: 'approve', requestStatus: 'pending' } as const;
    return { ...about, approval: { ...approval, signed }, required: {}, stage: undefined };
  };

  const refusal = await refusalOf(() => decisionEvent(decided('x'.repeat(9000), { conditions: [aCondition()] })));

  expect(refusal).toMatchObject({
    code: 'DecisionIncomplete',
    violations: [
      { field: 'conditions', problem: expect.stringMatching(/^takes \d+ bytes more than an audit event has/) },
    ],
  });
  expect(decisionEvent(decided('x'.repeat(9000))).evidence_refs).toEqual([]);
});

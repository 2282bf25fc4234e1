import { describe } from 'vitest';
import { approverWasAsked } from '../../../../lib/domain/audit/rules/approver-was-asked.ts';
import { changed, describeRule, place, story } from './describe-rule.ts';

const asking = (invited: { person_id: string; role: string }[]) =>
  changed('approval_requested', { details: { ...story[place('approval_requested')]?.details, invited } });
const [mia, rob] = [
  { person_id: 'mia', role: 'ml_lead' },
  { person_id: 'rob', role: 'risk_owner' },
];

describe('a decision by a person who was asked for it', () => {
  describeRule(approverWasAsked, {
    keptBy: [
      ['two people who were asked', asking([mia, rob])],
      ['a request that does not say whom it asks', story],
    ],
    brokenBy: [
      ['a person who was not asked', asking([rob]), 'mia was not asked to decide as ml_lead'],
      [
        'a person who was asked in another role',
        asking([{ ...mia, role: 'legal' }, rob]),
        'mia was not asked to decide as ml_lead',
      ],
      [
        'a denial by a person who was not asked',
        asking([rob]).map((draft) =>
          draft.actor_id === 'mia' ? { ...draft, event_type: 'approval_denied', approval_state: 'rejected' } : draft,
        ),
        'mia was not asked to decide as ml_lead',
      ],
    ],
  });
});

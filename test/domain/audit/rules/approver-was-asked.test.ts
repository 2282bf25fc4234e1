import { describe } from 'vitest';
import { approverWasAsked } from '../../../../lib/domain/audit/rules/approver-was-asked.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, place, saying, story } from './describe-rule.ts';

type Invited = { person_id: string; role: string; acting_for?: string };
const asking = (invited: Invited[]) => saying('approval_requested', { invited });
const granted = (approval_state: string) =>
  aDraft({ event_type: 'approval_granted', approval_state, actor_id: 'rob', actor_role: 'risk_owner' });
const [mia, rob] = [
  { person_id: 'mia', role: 'ml_lead' },
  { person_id: 'rob', role: 'risk_owner' },
];

/** Mia's approval is one that she gave for kat, whom the request or the escalation before it may name. */
const standingIn = (invited: Invited[], broughtIn: Invited[] = []) =>
  asking(invited)
    .toSpliced(
      place('approval_granted'),
      0,
      aDraft({ event_type: 'approval_escalated', approval_state: 'validated', details: { brought_in: broughtIn } }),
    )
    .map((draft) =>
      draft.actor_id === 'mia' ? { ...draft, details: { ...draft.details, acting_for: 'kat' } } : draft,
    );
const forKat = { ...mia, acting_for: 'kat' };

describe('a decision by a person who was asked for it', () => {
  describeRule(approverWasAsked, {
    keptBy: [
      ['two people who were asked', story],
      ['people who were asked beside others', asking([{ person_id: 'zoe', role: 'legal' }, mia, rob])],
      ['a person who was asked to stand in', standingIn([forKat, rob])],
      ['a person who was brought in later', standingIn([rob], [forKat])],
    ],
    brokenBy: [
      [
        'a person who stands in for somebody, and was asked for themselves',
        standingIn([mia, rob]),
        'mia was not asked to decide as ml_lead for kat',
      ],
      [
        'a person who was asked to stand in, and decides for themselves',
        asking([forKat, rob]),
        'mia was not asked to decide as ml_lead',
      ],
      ['a person who was not asked', asking([rob]), 'mia was not asked to decide as ml_lead'],
      [
        'a person who was asked in another role',
        asking([{ ...mia, role: 'legal' }, rob]),
        'mia was not asked to decide as ml_lead',
      ],
      ['people of whom the request says nothing', asking([]), 'mia was not asked to decide as ml_lead'],
      [
        'a decision after the approval',
        story.toSpliced(place('deployment_started'), 0, granted('approved')),
        'the release is approved, and waits for no decision',
      ],
      [
        'a decision before the evaluation',
        story.toSpliced(1, 0, granted('draft')),
        'the release is draft, and waits for no decision',
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

import { describe } from 'vitest';
import { approvalHasQuorum } from '../../../../lib/domain/audit/rules/approval-has-quorum.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { changed, describeRule, place, saying, story, without } from './describe-rule.ts';

const less = { ...story[place('approval_requested')], details: { required_roles: ['release_manager'] } } as EventDraft;

const asking = (required_roles: string[]) =>
  changed('approval_requested', { details: { required_roles, expires_at: '2026-11-30T00:00:00.000Z' } });

const LATER_FIRST = {
  stage_order: 'in_order',
  stages: [
    { name: 'deployment', roles: ['risk_owner'] },
    { name: 'technical', roles: ['ml_lead'] },
  ],
};

describe('an approval by every role that was asked, with no denial', () => {
  describeRule(approvalHasQuorum, {
    keptBy: [
      ['a release that both roles approved', story],
      ['the approval of who denied it before', saying('approval_requested', { required_people: ['mia'] })],
      [
        'the approval of others, after who denied it before has left',
        saying('approval_requested', { required_people: ['kat'] }).map((draft) =>
          draft.event_type === 'approval_granted' ? { ...draft, details: { required_people: [] } } : draft,
        ),
      ],
      [
        'a second request for the same roles, which asks for nobody else',
        story.toSpliced(place('approval_granted'), 0, story[place('approval_requested')] as EventDraft),
      ],
    ],
    brokenBy: [
      ['an approval without people', without('approval_granted'), 'nobody has approved it as ml_lead, risk_owner'],
      ['an approval that nobody was asked for', without('approval_requested'), 'nobody was asked to approve it'],
      [
        'one person in a role that takes two',
        asking(['ml_lead', 'ml_lead', 'risk_owner']),
        'nobody else has approved it as ml_lead',
      ],
      [
        'a person and one who acted for them, in a role that takes two',
        asking(['ml_lead', 'ml_lead']).map((draft) =>
          draft.actor_id === 'rob'
            ? { ...draft, actor_role: 'ml_lead', details: { ...draft.details, acting_for: 'mia' } }
            : draft,
        ),
        'nobody else has approved it as ml_lead',
      ],
      [
        'the absence of a person who denied it before',
        saying('approval_requested', { required_people: ['mia', 'kat'] }),
        'kat denied it before, and has not approved it',
      ],
      [
        'approvals out of turn, which do not count',
        story.map((draft) =>
          draft.event_type.endsWith('_requested') ? { ...draft, details: { ...draft.details, ...LATER_FIRST } } : draft,
        ),
        'nobody has approved it as ml_lead',
      ],
      [
        'stages that nobody can read, of which none is ever complete',
        story.map((draft) =>
          draft.event_type.endsWith('_requested') ? { ...draft, details: { ...draft.details, stages: 'all' } } : draft,
        ),
        'nobody has approved it as ml_lead, risk_owner',
      ],
      ['a missing role', story.toSpliced(place('approval_granted'), 1), 'nobody has approved it as ml_lead'],
      ['an approval against a denial', changed('approval_granted', { event_type: 'approval_denied' }), 'mia denied it'],
      [
        'a second request that asks for less',
        story.toSpliced(place('approval_granted'), 0, less),
        'nobody has approved it as release_manager',
      ],
      [
        'details that are missing, which are no permission',
        story.map((draft) => (draft.event_type.endsWith('requested') ? { ...draft, details: {} } : draft)),
        'nobody was asked to approve it',
      ],
    ],
  });
});

import { describe } from 'vitest';
import { approverIsIndependent } from '../../../../lib/domain/audit/rules/approver-is-independent.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, saying, story } from './describe-rule.ts';

const denial = { event_type: 'approval_denied', approval_state: 'rejected' } as const;

describe('an approver who did not make the release, and decides once', () => {
  describeRule(approverIsIndependent, {
    keptBy: [
      ['two people in two roles', story],
      [
        'a denial by the person who asked for the release',
        [
          ...saying('approval_requested', { invited: [{ person_id: 'rita', role: 'ml_lead' }] }).slice(
            0,
            place('approval_granted'),
          ),
          aDraft({ ...denial, actor_id: 'rita', actor_role: 'ml_lead' }),
        ],
      ],
    ],
    brokenBy: [
      [
        'an approval by the requester',
        changed('approval_granted', { actor_id: 'rita' }),
        'rita made the release and cannot approve it',
      ],
      [
        'an approval by the trainer',
        changed('approval_granted', { actor_id: 'tom' }),
        'tom made the release and cannot approve it',
      ],
      [
        'an approval by the author of the commit',
        saying('release_requested', { commit_author: 'rob' }),
        'rob made the release and cannot approve it',
      ],
      [
        'an approval for the trainer',
        saying('approval_granted', { acting_for: 'tom' }),
        'tom made the release and cannot approve it',
      ],
      [
        'a person who approves in both roles',
        changed('approval_granted', { actor_id: 'rob' }),
        'rob has decided before',
      ],
      [
        'a person who approves after their denial',
        changed('approval_granted', { event_type: 'approval_denied', actor_id: 'rob' }),
        'rob has decided before',
      ],
      [
        'a person who approves after asking for changes',
        changed('approval_granted', { event_type: 'changes_requested', actor_id: 'rob' }),
        'rob has decided before',
      ],
      ['a machine that approves', changed('approval_granted', { actor_role: 'system' }), 'a machine cannot decide'],
      [
        'a machine that denies',
        changed('approval_granted', { event_type: 'approval_denied', actor_role: 'system' }),
        'a machine cannot decide',
      ],
    ],
  });
});

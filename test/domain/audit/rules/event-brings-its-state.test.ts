import { describe } from 'vitest';
import { eventBringsItsState } from '../../../../lib/domain/audit/rules/event-brings-its-state.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, story } from './describe-rule.ts';

describe('an event after which the release is what the event makes it', () => {
  describeRule(eventBringsItsState, {
    keptBy: [
      ['a release on its way to production', story],
      ['an evaluation that allowed it', changed('evaluation_completed', { details: { outcome: 'allow' } })],
      [
        'an evaluation that denied it',
        [
          ...story.slice(0, 1),
          aDraft({ event_type: 'evaluation_completed', approval_state: 'rejected', details: { outcome: 'deny' } }),
        ],
      ],
      [
        'what serves, when its approval expires',
        [...story, aDraft({ event_type: 'approval_expired', approval_state: 'production' })],
      ],
    ],
    brokenBy: [
      [
        'a promotion that leaves the release approved',
        changed('deployment_promoted', { approval_state: 'approved' }),
        'the release is then production, not approved',
      ],
      [
        'an approval that leaves the release validated',
        changed('release_approved', { approval_state: 'validated' }),
        'the release is then approved, not validated',
      ],
      [
        'an evaluation that denies and validates',
        changed('evaluation_completed', { details: { outcome: 'deny' } }),
        'its outcome is deny, but the release is then validated',
      ],
      [
        'an evaluation that leaves a draft',
        changed('evaluation_completed', { approval_state: 'draft' }),
        'the release is then validated or rejected, not draft',
      ],
      [
        'a denial that changes nothing',
        changed('approval_granted', { event_type: 'approval_denied' }),
        'the release is then rejected, not validated',
      ],
      [
        'an expiry that leaves an approval',
        story.toSpliced(
          place('deployment_started'),
          0,
          aDraft({ event_type: 'approval_expired', approval_state: 'approved' }),
        ),
        'the release is then expired, not approved',
      ],
    ],
  });
});

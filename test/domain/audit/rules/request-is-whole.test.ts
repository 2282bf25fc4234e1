import { describe } from 'vitest';
import { requestIsWhole } from '../../../../lib/domain/audit/rules/request-is-whole.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, saying, story } from './describe-rule.ts';

const again = (approval_state: string, details = {}) =>
  aDraft({ event_type: 'approval_requested', approval_state, details });
const asked = story[place('approval_requested')]?.details ?? {};

describe('a request that says what is needed, who is asked, and until when', () => {
  describeRule(requestIsWhole, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a machine that waits again, also when it is too late',
        [
          ...story.toSpliced(place('approval_granted'), 0, again('validated')).slice(0, 4),
          aDraft({ event_type: 'approval_expired', approval_state: 'expired' }),
          again('expired'),
        ],
      ],
    ],
    brokenBy: [
      ['no roles', saying('approval_requested', { required_roles: [] }), 'it does not say required_roles'],
      ['nobody', saying('approval_requested', { invited: [] }), 'it does not say invited'],
      [
        'no deadline',
        changed('approval_requested', { details: { required_roles: ['ml_lead'], invited: asked['invited'] ?? [] } }),
        'approval_requested of release credit-1: it does not say expires_at',
      ],
      [
        'a deadline that is no instant',
        saying('approval_requested', { expires_at: 'soon' }),
        'its expires_at is no instant',
      ],
      [
        'a second request that says a part of it',
        story.toSpliced(place('approval_granted'), 0, again('validated', { required_roles: ['ml_lead'] })),
        'it does not say invited',
      ],
      [
        'a machine that waits again for something that nobody was asked',
        story.toSpliced(place('approval_requested'), 1, again('validated')),
        'it does not say required_roles',
      ],
      [
        'a request when the release is approved',
        story.toSpliced(place('deployment_started'), 0, again('approved', asked)),
        'approval is asked for a release that is approved',
      ],
    ],
  });
});

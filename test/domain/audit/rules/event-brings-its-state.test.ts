import { describe } from 'vitest';
import { eventBringsItsState } from '../../../../lib/domain/audit/rules/event-brings-its-state.ts';
import { changed, describeRule, story } from './describe-rule.ts';

describe('an event after which the release is what the event makes it', () => {
  describeRule(eventBringsItsState, {
    keptBy: [['a release on its way to production', story]],
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
    ],
  });
});

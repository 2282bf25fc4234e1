import { describe } from 'vitest';
import { packageIsAsApproved } from '../../../../lib/domain/audit/rules/package-is-as-approved.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { describeRule, place, story } from './describe-rule.ts';

const before = story.slice(0, place('deployment_promoted'));
const promoted = story.slice(place('deployment_promoted'));
const about = { approval_state: 'approved' };
const changed = aDraft({ ...about, event_type: 'model_package_changed', details: { fields: ['image'] } });
const restored = aDraft({ ...about, event_type: 'model_package_restored' });

describe('a promotion of a release whose package was changed', () => {
  describeRule(packageIsAsApproved, {
    keptBy: [
      ['one after it was the same again', [...before, changed, restored, ...promoted]],
      [
        'one of another release',
        [
          ...before,
          ...promoted,
          { ...changed, approval_state: 'production' },
          ...aReleaseInProduction('credit-2', 'credit-1'),
        ],
      ],
    ],
    brokenBy: [
      ['one while it differs', [...before, changed, ...promoted], 'its model package was changed'],
      [
        'one after it was changed a second time',
        [...before, changed, restored, changed, ...promoted],
        'its model package was changed',
      ],
    ],
  });
});

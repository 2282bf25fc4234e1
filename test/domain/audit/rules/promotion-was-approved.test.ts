import { describe } from 'vitest';
import { promotionWasApproved } from '../../../../lib/domain/audit/rules/promotion-was-approved.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { describeRule, story, without } from './describe-rule.ts';

describe('a promotion after an approval', () => {
  describeRule(promotionWasApproved, {
    keptBy: [['a release on its way to production', story]],
    brokenBy: [
      [
        'a superseded release that is promoted again',
        [
          ...story,
          ...aReleaseInProduction('credit-2', 'credit-1'),
          aDraft({
            event_type: 'deployment_promoted',
            approval_state: 'production',
            details: { superseded: 'credit-2' },
          }),
        ],
        'deployment_promoted of release credit-1: it is superseded, not approved',
      ],
      [
        'a promotion that was never approved, apart from its transition',
        without('release_approved').map((draft) =>
          draft.approval_state === 'approved' ? { ...draft, approval_state: 'validated' } : draft,
        ),
        'deployment_promoted of release credit-1: it was never approved',
      ],
    ],
  });
});

import { describe } from 'vitest';
import { flipIsOfTheLive } from '../../../../lib/domain/audit/rules/flip-is-of-the-live.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { changed, describeRule, story } from './describe-rule.ts';

const back = (releaseId: string, to: string) => [
  aDraft({ event_type: 'rollback_requested', release_id: releaseId, approval_state: 'production' }),
  aDraft({ event_type: 'rollback_executed', release_id: releaseId, approval_state: 'rolled_back', details: { to } }),
];
const two = [...story, ...aReleaseInProduction('credit-2', 'credit-1')];

describe('a flip of the pointer from the release that is live', () => {
  describeRule(flipIsOfTheLive, {
    keptBy: [
      ['a promotion over the release that is live', two],
      ['a rollback to the release that was live before', [...two, ...back('credit-2', 'credit-1')]],
    ],
    brokenBy: [
      [
        'a promotion over an unnamed release',
        changed('deployment_promoted', { details: { superseded: 'credit-0' } }),
        'nothing was in production that it could supersede',
      ],
      [
        'a rollback of a release that is not live',
        [...two, ...back('credit-1', 'credit-1')],
        'credit-2 is in production',
      ],
      [
        'a rollback to something else than the fallback',
        [...two, ...back('credit-2', 'credit-0')],
        'it does not go back to credit-1',
      ],
      [
        'a second rollback in a row, which has nowhere to go',
        [...two, ...back('credit-2', 'credit-1'), ...back('credit-1', '')],
        'it does not go back to anything',
      ],
      [
        'a rollback where nothing is in production',
        [...two, ...back('credit-2', 'credit-1'), ...back('credit-1', ''), ...back('credit-1', '')],
        'nothing is in production',
      ],
    ],
  });
});

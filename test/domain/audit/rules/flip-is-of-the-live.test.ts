import { describe } from 'vitest';
import { flipIsOfTheLive } from '../../../../lib/domain/audit/rules/flip-is-of-the-live.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { changed, describeRule, story } from './describe-rule.ts';

const back = (releaseId: string, to: string, role = 'operator') => {
  const about = { release_id: releaseId, actor_role: role };
  return [
    aDraft({ ...about, event_type: 'rollback_requested', approval_state: 'production' }),
    aDraft({ ...about, event_type: 'rollback_executed', approval_state: 'rolled_back', details: { to } }),
  ];
};
const two = [...story, ...aReleaseInProduction('credit-2', 'credit-1')];

const found = aDraft({
  release_id: 'credit-2',
  actor_role: 'system',
  event_type: 'serving_deviation_found',
  approval_state: 'production',
});

describe('a flip of the pointer from the release that is live', () => {
  describeRule(flipIsOfTheLive, {
    keptBy: [
      ['a promotion over the release that is live', two],
      ['a rollback to the release that was live before', [...two, ...back('credit-2', 'credit-1')]],
      ['a rollback of a first release to nothing', [...story, ...back('credit-1', '')]],
      ['an alarm that takes a first release back to nothing', [...story, ...back('credit-1', '', 'alarm')]],
      ['Assay, where something else serves than people approved', [...two, found, ...back('credit-2', '', 'system')]],
      ['an operator who wants nothing to serve', [...two, ...back('credit-2', '')]],
      [
        'a first release after a model was taken back to nothing',
        [...story, ...back('credit-1', ''), ...aReleaseInProduction('credit-2')],
      ],
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
        'a second rollback in a row, which has no release to go to',
        [...two, ...back('credit-2', 'credit-1'), ...back('credit-1', 'credit-0')],
        'it does not go back to nothing',
      ],
      [
        'Assay, where everything serves as people approved it again',
        [...two, found, { ...found, event_type: 'serving_deviation_ended' }, ...back('credit-2', '', 'system')],
        'it does not go back to credit-1',
      ],
      [
        'an alarm that goes back to nothing where there is a fallback',
        [...two, ...back('credit-2', '', 'alarm')],
        'it does not go back to credit-1',
      ],
      [
        'a promotion over the release that was taken back to nothing',
        [...story, ...back('credit-1', ''), ...aReleaseInProduction('credit-2', 'credit-1')],
        'nothing was in production that it could supersede',
      ],
      [
        'a rollback where nothing is in production',
        [...two, ...back('credit-2', 'credit-1'), ...back('credit-1', ''), ...back('credit-1', '')],
        'nothing is in production',
      ],
    ],
  });
});

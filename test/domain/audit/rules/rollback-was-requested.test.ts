import { describe } from 'vitest';
import { rollbackWasRequested } from '../../../../lib/domain/audit/rules/rollback-was-requested.ts';
import { aDraft, aReleaseInProduction } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const about = { release_id: 'credit-2', approval_state: 'production', actor_role: 'operator' };
const asked = (actor_id: string) => aDraft({ ...about, event_type: 'rollback_requested', actor_id });
const executed = (actor_id: string) =>
  aDraft({
    ...about,
    event_type: 'rollback_executed',
    approval_state: 'rolled_back',
    actor_id,
    details: { to: 'credit-1' },
  });
const two = [...story, ...aReleaseInProduction('credit-2', 'credit-1')];

describe('a rollback in the name of who asked for it', () => {
  describeRule(rollbackWasRequested, {
    keptBy: [
      ['one that was asked for', [...two, asked('olga'), executed('olga')]],
      [
        'one that another operator asked for after the first was refused',
        [...two, asked('olga'), asked('omar'), executed('omar')],
      ],
    ],
    brokenBy: [
      ['one that nobody asked for', [...two, executed('olga')], 'nobody asked for it'],
      [
        'one in the name of another, who could then not release its hold',
        [...two, asked('olga'), executed('omar')],
        'rollback_executed of release credit-2: olga asked for it, not omar',
      ],
    ],
  });
});

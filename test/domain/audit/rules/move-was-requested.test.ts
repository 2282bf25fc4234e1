import { describe } from 'vitest';
import { moveWasRequested } from '../../../../lib/domain/audit/rules/move-was-requested.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, saying, story } from './describe-rule.ts';

const about = { release_id: 'credit-1', approval_state: 'production', actor_role: 'operator' };
const asked = (actor_id: string, to: string) =>
  aDraft({ ...about, event_type: 'endpoint_move_requested', actor_id, details: { to } });
const moved = (actor_id: string, from: string, to: string) =>
  aDraft({ ...about, event_type: 'endpoint_moved', actor_id, details: { from, to } });
const served = saying('deployment_promoted', { endpoint: 'a' });

describe('a move to another endpoint', () => {
  describeRule(moveWasRequested, {
    keptBy: [
      ['one that was asked for', [...served, asked('olga', 'b'), moved('olga', 'a', 'b')]],
      [
        'two, one after the other',
        [...served, asked('olga', 'b'), moved('olga', 'a', 'b'), asked('omar', 'c'), moved('omar', 'b', 'c')],
      ],
    ],
    brokenBy: [
      ['one that nobody asked for', [...served, moved('olga', 'a', 'b')], 'olga did not ask for it'],
      ['one to elsewhere', [...served, asked('olga', 'b'), moved('olga', 'a', 'c')], 'olga did not ask for it'],
      ['one from elsewhere', [...served, asked('olga', 'b'), moved('olga', 'c', 'b')], 'it serves from a'],
      [
        'one from an endpoint that nobody was promoted to',
        [...story, asked('olga', 'b'), moved('olga', 'a', 'b')],
        'it serves from an endpoint that no event names',
      ],
      [
        'one of what does not serve',
        [...story.slice(0, -1), asked('olga', 'b'), moved('olga', 'a', 'b')],
        'nothing is in production',
      ],
    ],
  });
});

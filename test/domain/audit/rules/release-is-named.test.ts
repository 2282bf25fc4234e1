import { describe } from 'vitest';
import { releaseIsNamed } from '../../../../lib/domain/audit/rules/release-is-named.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const promotion = (change: Partial<EventDraft>) =>
  aDraft({ event_type: 'deployment_promoted', release_id: 'credit-9', approval_state: 'production', ...change });

describe('an event that names the release that it is about', () => {
  describeRule(releaseIsNamed, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a refused manifest, which is no release',
        [...story, aDraft({ event_type: 'release_refused', release_id: 'credit-2', approval_state: '' })],
      ],
      [
        'a change of the configuration',
        [aDraft({ event_type: 'configuration_changed', release_id: '', approval_state: '' })],
      ],
      ['a sign of life of the log', [aDraft({ event_type: 'log_heartbeat', release_id: '', approval_state: '' })]],
    ],
    brokenBy: [
      ['a promotion to no state', [...story, promotion({ approval_state: '' })], 'it names no release'],
      ['a promotion of no release', [...story, promotion({ release_id: '' })], 'it names no release'],
    ],
  });
});

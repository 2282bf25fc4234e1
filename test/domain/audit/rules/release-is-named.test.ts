import { describe } from 'vitest';
import { releaseIsNamed } from '../../../../lib/domain/audit/rules/release-is-named.ts';
import { CONFIGURATION_CHAIN, type EventDraft, LOG_CHAIN } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const promotion = (change: Partial<EventDraft>) =>
  aDraft({ event_type: 'deployment_promoted', release_id: 'credit-9', approval_state: 'production', ...change });

describe('an event that names the release that it is about', () => {
  describeRule(releaseIsNamed, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'an endpoint that was adopted for the model',
        [...story, aDraft({ event_type: 'endpoint_adopted', release_id: '', approval_state: '' })],
      ],
    ],
    brokenBy: [
      ['a promotion to no state', [...story, promotion({ approval_state: '' })], 'it names no release'],
      ['a promotion of no release', [...story, promotion({ release_id: '' })], 'it names no release'],
    ],
  });
});

describe('an event of a chain of no model', () => {
  const onNoRelease = (event_type: EventDraft['event_type']) => [
    aDraft({ event_type, actor_role: 'system', release_id: '', approval_state: '' }),
  ];

  describeRule(releaseIsNamed, {
    chain: CONFIGURATION_CHAIN,
    keptBy: [['a change of the configuration', onNoRelease('configuration_changed')]],
    brokenBy: [['a promotion', onNoRelease('deployment_promoted'), 'it names no release']],
  });
  describeRule(releaseIsNamed, {
    chain: LOG_CHAIN,
    keptBy: [['a sign of life of the log', onNoRelease('log_heartbeat')]],
    brokenBy: [['a promotion', onNoRelease('deployment_promoted'), 'it names no release']],
  });
});

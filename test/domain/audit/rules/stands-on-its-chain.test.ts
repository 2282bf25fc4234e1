import { describe } from 'vitest';
import { standsOnItsChain } from '../../../../lib/domain/audit/rules/stands-on-its-chain.ts';
import { CONFIGURATION_CHAIN, type EventDraft, INTAKE_CHAIN, LOG_CHAIN } from '../../../../lib/domain/ledger/event.ts';
import { ASSAY, eventWithoutRelease } from '../../../../lib/domain/release/release-event.ts';
import { DECISION_KEY } from '../../../support/decision-key.ts';
import { publication } from '../../../support/signed-drafts.ts';
import { describeRule, story } from './describe-rule.ts';
import { aLineEvent } from './line-events.ts';

const event = (event_type: EventDraft['event_type'], actor = ASSAY): EventDraft =>
  eventWithoutRelease(actor, { event_type, details: {}, idempotency_key: event_type });
const OMAR = { id: 'omar', role: 'operator', auth: 'token' };

describe('events on the chain of a model', () => {
  describeRule(standsOnItsChain, {
    keptBy: [
      ['those of a release', story],
      ['a stopped line of the model', [...story, aLineEvent('line_stopped', 'credit')]],
    ],
    brokenBy: [
      ['a key that anybody published', [...story, publication()], 'it is on the chain credit, and not on _log'],
      ['a heartbeat', [...story, event('log_heartbeat')], 'it is on the chain credit, and not on _log'],
      ['the end of a rotation', [...story, event('key_rotation_completed')], 'and not on _configuration'],
      ['another configuration', [...story, event('configuration_changed')], 'and not on _configuration'],
      ['a refused manifest', [...story, event('release_refused')], 'and not on _intake'],
      ['a stopped line of all models', [...story, aLineEvent('line_stopped', '')], 'and not on _configuration'],
    ],
  });
});

describe('events on the chain of the log', () => {
  describeRule(standsOnItsChain, {
    chain: LOG_CHAIN,
    keptBy: [['those of the log', [publication(), event('log_heartbeat')]]],
    brokenBy: [
      ['the life of a release', story, 'it is on the chain _log, and not on that of a model'],
      ['another configuration', [event('configuration_changed')], 'and not on _configuration'],
      ['a heartbeat of a person', [event('log_heartbeat', OMAR)], 'omar did it as operator'],
      [
        'a key that a person published',
        [publication(DECISION_KEY, { actor_id: 'omar', actor_role: 'operator' })],
        'omar did it as operator',
      ],
    ],
  });
});

describe('events on the chain of the configuration', () => {
  describeRule(standsOnItsChain, {
    chain: CONFIGURATION_CHAIN,
    keptBy: [
      ['those of policies and keys', [event('configuration_changed'), event('key_rotation_requested', OMAR)]],
      ['a redrive of side effects', [event('outbox_redriven', OMAR)]],
      ['a stopped line of all models', [aLineEvent('line_stopped', '')]],
      ['what CloudTrail told', [event('permission_changed'), event('unexpected_signing_found')]],
    ],
    brokenBy: [
      ['a person who told of a change of rights', [event('permission_changed', OMAR)], 'omar did it as operator'],
      ['a person who changed it', [event('configuration_changed', OMAR)], 'omar did it as operator'],
      ['a key of decisions', [publication()], 'and not on _log'],
      ['a stopped line of one model', [aLineEvent('line_stopped', 'credit')], 'and not on that of a model'],
    ],
  });
});

describe('events on the chain of what was refused', () => {
  describeRule(standsOnItsChain, {
    chain: INTAKE_CHAIN,
    keptBy: [['a refused manifest', [event('release_refused', OMAR)]]],
    brokenBy: [['a release', story, 'it is on the chain _intake, and not on that of a model']],
  });
});

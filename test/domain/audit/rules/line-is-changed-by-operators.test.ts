import { describe } from 'vitest';
import { lineIsChangedByOperators } from '../../../../lib/domain/audit/rules/line-is-changed-by-operators.ts';
import { CONFIGURATION_CHAIN } from '../../../../lib/domain/ledger/event.ts';
import { describeRule, story } from './describe-rule.ts';
import { aLineEvent } from './line-events.ts';

const [stop, start] = [aLineEvent('line_stopped', 'credit'), aLineEvent('line_started', 'credit')];

describe('a line that is stopped and started', () => {
  describeRule(lineIsChangedByOperators, {
    keptBy: [
      ['operators, in turn', [stop, start, stop, start]],
      ['a model whose releases come before and after', [...story, stop, start]],
    ],
    brokenBy: [
      [
        'somebody else who stops it',
        [aLineEvent('line_stopped', 'credit', { actor_role: 'ml_lead' })],
        'is no operator',
      ],
      ['Assay itself', [stop, aLineEvent('line_started', 'credit', { actor_role: 'system' })], 'is no operator'],
      [
        'a start without an incident',
        [stop, aLineEvent('line_started', 'credit', { linked_incident: '' })],
        'names no incident',
      ],
      ['a stop of another model', [aLineEvent('line_stopped', 'fraud')], 'it is about fraud, on the chain of credit'],
      ['a second stop', [stop, stop], 'the line is stopped already, since 2026-11-20T23:59:50.000Z'],
      ['a start of what was never stopped', [start], 'line_started: the line is not stopped'],
      ['a second start', [stop, start, start], 'the line is not stopped'],
    ],
  });
});

describe('the line of all models', () => {
  describeRule(lineIsChangedByOperators, {
    chain: CONFIGURATION_CHAIN,
    keptBy: [['operators, in turn', [aLineEvent('line_stopped', ''), aLineEvent('line_started', '')]]],
    brokenBy: [['a start of what was never stopped', [aLineEvent('line_started', '')], 'the line is not stopped']],
  });
});

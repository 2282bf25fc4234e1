import { describe } from 'vitest';
import { lineIsChangedByOperators } from '../../../../lib/domain/audit/rules/line-is-changed-by-operators.ts';
import { CONFIGURATION_CHAIN } from '../../../../lib/domain/ledger/event.ts';
import { describeRule, story } from './describe-rule.ts';
import { aLineEvent } from './line-events.ts';

const [stop, start] = [aLineEvent('line_stopped', 'credit'), aLineEvent('line_started', 'credit')];

const other = aLineEvent('line_stopped', 'credit', { linked_incident: 'INC-10' });
const lifting = (type: 'line_stop_lifted' | 'line_started', incident: string, left: string[]) =>
  aLineEvent(type, 'credit', { linked_incident: incident, details: { stopped_for: left } });
const lifted = (incident: string, ...left: string[]) => lifting('line_stop_lifted', incident, left);
const started = (incident: string) => lifting('line_started', incident, []);

describe('a line that is stopped and started', () => {
  describeRule(lineIsChangedByOperators, {
    keptBy: [
      ['operators, in turn', [stop, start, stop, start]],
      [
        'two incidents, in either order',
        [
          stop,
          other,
          lifted('INC-9', 'INC-10'),
          started('INC-10'),
          stop,
          other,
          lifted('INC-10', 'INC-9'),
          started('INC-9'),
        ],
      ],
      [
        'an earlier version, which lifted its one stop by any incident',
        [stop, aLineEvent('line_started', 'credit', { linked_incident: 'INC-8' })],
      ],
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
      [
        'a start as long as it is stopped for another incident',
        [stop, other, started('INC-9')],
        'the line is still stopped for INC-10',
      ],
      [
        'a start by an earlier version, which cannot be, over two stops',
        [stop, other, start],
        'the line is still stopped for INC-10',
      ],
      ['a start by another incident', [stop, started('INC-8')], 'the line is not stopped for INC-8'],
      [
        'a lift of what nobody stopped',
        [stop, other, lifted('INC-8', 'INC-9', 'INC-10')],
        'the line is not stopped for INC-8',
      ],
      ['a lift of the last stop that starts nothing', [stop, lifted('INC-9')], 'it was the last stop'],
      [
        'a second stop for one incident',
        [stop, other, stop],
        'the line is stopped for INC-9 already, since 2026-11-20T23:59:50.000Z',
      ],
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

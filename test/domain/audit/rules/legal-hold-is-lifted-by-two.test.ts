import { describe } from 'vitest';
import { legalHoldIsLiftedByTwo } from '../../../../lib/domain/audit/rules/legal-hold-is-lifted-by-two.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { eventWithoutRelease } from '../../../../lib/domain/release/release-event.ts';
import { describeRule, story } from './describe-rule.ts';

type Type = 'legal_hold_set' | 'legal_hold_lift_consented' | 'legal_hold_lifted';
const by = (id: string, event_type: Type, changes: Partial<EventDraft> = {}): EventDraft => ({
  ...eventWithoutRelease(
    { id, role: 'auditor', auth: 'jwt' },
    { event_type, model_name: 'credit', idempotency_key: event_type },
  ),
  linked_incident: 'CASE-1',
  ...changes,
});
const [set, agreed, lifted] = [
  by('ada', 'legal_hold_set'),
  by('ada', 'legal_hold_lift_consented'),
  by('bob', 'legal_hold_lifted'),
];
const other = { linked_incident: 'CASE-2' };

describe('a legal hold', () => {
  describeRule(legalHoldIsLiftedByTwo, {
    keptBy: [
      ['two people who lift what one of them has set', [...story, set, agreed, lifted]],
      ['a second time for the same matter', [set, agreed, lifted, set, agreed, lifted]],
      ['an auditor who sets it again before the second has agreed', [set, agreed, set, agreed, lifted]],
      ['two matters, each for itself', [set, by('ada', 'legal_hold_set', other), agreed, lifted]],
    ],
    brokenBy: [
      ['somebody else who sets it', [{ ...set, actor_role: 'operator' }], 'ada is no auditor'],
      ['no matter', [{ ...set, linked_incident: '' }], 'it names no matter'],
      ['another model', [{ ...set, model_name: 'fraud' }], 'it is about fraud, on the chain of credit'],
      ['a second hold for the matter', [set, set], 'held for CASE-1 already'],
      ['a lift of what nobody set', [agreed], 'the model is not held for CASE-1'],
      ['a lift for another matter', [set, { ...agreed, ...other }], 'the model is not held for CASE-2'],
      ['the same person twice', [set, agreed, by('ada', 'legal_hold_lifted')], 'ada has agreed before'],
      ['one person', [set, by('ada', 'legal_hold_lifted')], '1 more must agree'],
      [
        'a second consent that lifts nothing',
        [set, agreed, by('bob', 'legal_hold_lift_consented')],
        'nobody else need',
      ],
      ['a lift after it was set again', [set, agreed, set, lifted], '1 more must agree'],
    ],
  });
});

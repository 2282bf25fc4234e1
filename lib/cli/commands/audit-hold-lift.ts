import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { LEGAL_HOLD_OPTIONS, LegalHold, legalHoldTable, liftNeeds, orderLegalHold } from './audit-hold-order.ts';

export const command = defineCommand({
  name: 'audit hold lift',
  parameters: ['MODEL'],
  description: [
    'Agrees, as an auditor, that a model is no longer kept for a matter. The second auditor who agrees lifts it.',
    'What is kept for another matter stays held, and so does every object until its retention ends.',
  ].join('\n'),
  example: 'hmda-mortgage --matter CASE-2026-17 --reason "the case is closed"',
  options: LEGAL_HOLD_OPTIONS,
  run: async ({ values, positionals: [model = ''] }, around) => {
    const answer = await orderLegalHold(['lift'], { ...values, model }, around);
    const hold = LegalHold.parse(answer);
    around.out(values.json ? jsonText(answer) : legalHoldTable([hold]));
    const needs = liftNeeds(hold);
    if (needs !== undefined) around.err(needs);
    return EXIT.ok;
  },
});

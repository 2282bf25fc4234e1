import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { LEGAL_HOLD_OPTIONS, LegalHold, legalHoldTable, orderLegalHold } from './audit-hold-order.ts';

export const command = defineCommand({
  name: 'audit hold set',
  parameters: ['MODEL'],
  description: [
    'Keeps, as an auditor, all that there is of a model, whatever its retention: its events, records, attestations, evidence and',
    'locked copies, those to come too. The objects are held within minutes. It takes two auditors to lift it.',
  ].join('\n'),
  example: 'hmda-mortgage --matter CASE-2026-17 --reason "the court asks for all of it"',
  options: LEGAL_HOLD_OPTIONS,
  run: async ({ values, positionals: [model = ''] }, around) => {
    const answer = await orderLegalHold([], { ...values, model }, around);
    around.out(values.json ? jsonText(answer) : legalHoldTable([LegalHold.parse(answer)]));
    return EXIT.ok;
  },
});

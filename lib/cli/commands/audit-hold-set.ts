import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { heldBefore, LEGAL_HOLD_OPTIONS, LegalHold, legalHoldTable, orderLegalHold } from './audit-hold-order.ts';

export const command = defineCommand({
  name: 'audit hold set',
  parameters: ['MODEL'],
  description: [
    'Keeps, as an auditor, all that there is of a model, whatever its retention: its events, the bundles and rows of the days that have',
    'any, its records, attestations, evidence and locked copies. The objects are held within minutes, and those to come within six hours.',
    'It takes two auditors to lift it. Set again for the same matter, it stays as it was set, with the first reason.',
  ].join('\n'),
  example: 'hmda-mortgage --matter CASE-2026-17 --reason "the court asks for all of it"',
  options: LEGAL_HOLD_OPTIONS,
  run: async ({ values, positionals: [model = ''] }, around) => {
    const answer = await orderLegalHold([], { ...values, model }, around);
    const hold = LegalHold.parse(answer);
    around.out(values.json ? jsonText(answer) : legalHoldTable([hold]));
    const before = heldBefore(hold, values.reason);
    if (before !== undefined) around.err(before);
    return EXIT.ok;
  },
});

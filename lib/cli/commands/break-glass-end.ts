import { defineCommand } from '../command.ts';
import { JSON_OPTION, orderBreakGlass, REASON } from './break-glass-order.ts';

export const command = defineCommand({
  name: 'break-glass end',
  parameters: ['RELEASE'],
  description: [
    'Closes a break-glass before its time: it opens nothing more. What was promoted by it stays, and so does what is owed for it.',
    'What serves is taken back by assay rollback.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "it is in production"',
  options: { reason: REASON, json: JSON_OPTION },
  run: ({ values: { reason, json }, positionals: [release = ''] }, around) =>
    orderBreakGlass({ release, act: 'end', body: { reason }, isJson: json }, around),
});

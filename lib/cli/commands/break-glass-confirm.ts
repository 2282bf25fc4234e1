import { defineCommand } from '../command.ts';
import { JSON_OPTION, orderBreakGlass, REASON } from './break-glass-order.ts';

export const command = defineCommand({
  name: 'break-glass confirm',
  parameters: ['RELEASE'],
  description: [
    'Confirms, as the second person, that a release is let past freeze windows and a stopped line. From now on it is open until its',
    'time is over. Who asked for it cannot confirm it, and neither can who made the release.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "it cannot wait for the window"',
  options: { reason: REASON, json: JSON_OPTION },
  run: ({ values: { reason, json }, positionals: [release = ''] }, around) =>
    orderBreakGlass({ release, act: 'confirm', body: { reason }, isJson: json }, around),
});

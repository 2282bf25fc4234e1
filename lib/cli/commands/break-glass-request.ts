import { defineCommand, UsageError } from '../command.ts';
import { JSON_OPTION, orderBreakGlass, REASON } from './break-glass-order.ts';

export const command = defineCommand({
  name: 'break-glass request',
  parameters: ['RELEASE'],
  description: [
    'Asks that an approved release be let past freeze windows and a stopped line, for one incident and a limited time. It opens',
    'nothing until another person, who did not make the release, confirms it. Everybody on call is told. Checks, signatures,',
    'approvals, holds and digests are judged as ever.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "complaints about every answer" --incident INC-1 --hours 2',
  options: {
    reason: REASON,
    incident: { type: 'string', isRequired: true, description: 'the incident that it belongs to' },
    hours: {
      type: 'string',
      value: 'COUNT',
      description: 'for how many hours it is to be open (as many as the policy allows)',
    },
    json: JSON_OPTION,
  },
  run: ({ values: { reason, incident, hours, json }, positionals: [release = ''] }, around) => {
    if (hours !== undefined && !/^[1-9]\d?$/.test(hours)) throw new UsageError('--hours needs a whole number of hours');
    const body = { reason, incident, ...(hours === undefined ? {} : { hours: Number(hours) }) };
    return orderBreakGlass({ release, body, isJson: json }, around);
  },
});

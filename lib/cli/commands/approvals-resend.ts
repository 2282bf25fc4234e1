import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { SentAnswer, sentTable } from '../terminal/waiting-account.ts';

export const command = defineCommand({
  name: 'approvals resend',
  parameters: ['REQUEST|RELEASE'],
  description: [
    'Sends a lost message again. While a request waits, everybody who has not decided gets their link again;',
    'of a release that has ended, or gone to production, everybody whom that concerns hears of it again.',
    'Operators may do so, together with the other one twelve times a day for each release. It decides nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "the mail server was down"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const { reason } = values;
    const connection = await connect(around);
    const call = { method: 'POST', path: ['approvals', id, 'resend'], role: 'operator', body: { reason } } as const;
    const answer = await callApi(connection, call, SentAnswer);
    around.out(values.json ? jsonText(answer) : sentTable(answer));
    return EXIT.ok;
  },
});

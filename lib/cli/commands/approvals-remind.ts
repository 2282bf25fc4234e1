import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { SentAnswer, sentTable } from '../terminal/waiting-account.ts';

export const command = defineCommand({
  name: 'approvals remind',
  parameters: ['REQUEST|RELEASE'],
  description: [
    'Reminds everybody who was asked to approve a release and has not decided, besides the one reminder that Assay sends itself.',
    'Operators may do so, together with the other one twelve times a day for each release. It decides nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "the change window closes tonight"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const { reason } = values;
    const connection = await connect(around);
    const call = { method: 'POST', path: ['approvals', id, 'reminder'], role: 'operator', body: { reason } } as const;
    const answer = await callApi(connection, call, SentAnswer);
    around.out(values.json ? jsonText(answer) : sentTable(answer));
    return EXIT.ok;
  },
});

import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { WaitingAnswer, waitingTable } from '../terminal/waiting-account.ts';

export const command = defineCommand({
  name: 'approvals list',
  parameters: [],
  description: [
    'Lists the requests for approval that wait: for whom, since when, and until when; those that wait longest come first.',
    'assay approvals remind sends those people another message, assay approvals resend the same one again.',
  ].join('\n'),
  example: '',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const call = { method: 'GET', path: ['approvals'], role: 'auditor' } as const;
    const answer = await readPages(connection, call, { of: 'approvals', limit: values.limit, say: around.err });
    const { approvals } = WaitingAnswer.parse(answer);
    const table = approvals.length === 0 ? 'nothing waits for approval' : waitingTable(approvals);
    around.out(values.json ? jsonText(answer) : table);
    return EXIT.ok;
  },
});

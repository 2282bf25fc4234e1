import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { type Waiting, WaitingAnswer, waitingTable } from '../terminal/waiting-account.ts';

export const command = defineCommand({
  name: 'approvals list',
  parameters: [],
  description: [
    'Lists the requests for approval that wait: for whom, since when, and until when; those that wait longest come first.',
    'assay approvals remind sends those people another message, assay approvals resend the same one again.',
  ].join('\n'),
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' } },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const approvals: Waiting[] = [];
    let after: string | undefined;
    do {
      const query = after === undefined ? {} : { query: { after } };
      const call = { method: 'GET', path: ['approvals'], role: 'auditor', ...query } as const;
      const page = await callApi(connection, call, WaitingAnswer);
      approvals.push(...page.approvals);
      after = page.next;
    } while (after !== undefined);
    const table = approvals.length === 0 ? 'nothing waits for approval' : waitingTable(approvals);
    around.out(values.json ? jsonText({ approvals }) : table);
    return EXIT.ok;
  },
});

import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { Parked, ParkedAnswer, parkedTable } from '../terminal/outbox-account.ts';
import { jsonText } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'outbox list',
  parameters: [],
  description: [
    'Lists the side effects that failed ten times, or that trying again cannot help: mails, starts of machines, shipped events.',
    'Nothing tries them again by itself. Remove the cause, then let assay outbox redrive try them again.',
  ].join('\n'),
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' } },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const call = { method: 'GET', path: ['outbox', 'parked'], role: 'auditor' } as const;
    const answer = await callApi(connection, call, ParkedAnswer);
    const parked = answer.parked.map((row) => Parked.parse(row));
    around.out(values.json ? jsonText(answer) : parked.length === 0 ? 'nothing is parked' : parkedTable(parked));
    return EXIT.ok;
  },
});

import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
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
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const call = { method: 'GET', path: ['outbox', 'parked'], role: 'auditor' } as const;
    const answer = await readPages(connection, call, { of: 'parked', limit: values.limit, say: around.err });
    const page = ParkedAnswer.parse(answer);
    const parked = page.parked.map((row) => Parked.parse(row));
    around.out(values.json ? jsonText(page) : parked.length === 0 ? 'nothing is parked' : parkedTable(parked));
    return EXIT.ok;
  },
});

import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { Parked, parkedTable, RedrivenAnswer } from '../terminal/outbox-account.ts';
import { count, jsonText } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'outbox redrive',
  parameters: ['[ID]'],
  description: [
    'Lets a side effect that was parked be tried again, ten times as before: one by its id, or with --all every one.',
    'The event outbox_redriven says who asked for it, and why. They are tried within a minute.',
    'assay outbox list shows whether they are parked again.',
  ].join('\n'),
  example: '--all --reason "SES lets us send again"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    all: { type: 'boolean', description: 'everything that is parked' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id] }, around) => {
    const { reason, all = false } = values;
    if ((id === undefined) !== all) throw new UsageError('outbox redrive needs an ID of assay outbox list, or --all');
    const connection = await connect(around);
    const path = id === undefined ? ['outbox', 'redrive'] : ['outbox', 'parked', id, 'redrive'];
    const call = { method: 'POST', path, role: 'operator', body: { reason } } as const;
    const answer = await callApi(connection, call, RedrivenAnswer);
    const rows = answer.redriven.map((row) => Parked.parse(row));
    const said =
      rows.length === 0
        ? 'nothing is parked'
        : `${count(rows.length, 'side effect')} to be tried again\n\n${parkedTable(rows)}`;
    around.out(values.json ? jsonText(answer) : said);
    return EXIT.ok;
  },
});

import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { Line, stopsTable } from './line-order.ts';

const Lines = z.object({ stopped: z.array(Line) });

export const command = defineCommand({
  name: 'line show',
  parameters: [],
  description:
    'Shows whether promotions are stopped, of all models or of one: for which incidents, since when, by whom and why.',
  example: '',
  options: {
    model: { type: 'string', description: 'only what stops the promotions of this model' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await callApi(connection, { method: 'GET', path: ['line'], role: 'auditor' }, z.unknown());
    around.out(values.json ? jsonText(answer) : accountOf(Lines.parse(answer), values.model));
    return EXIT.ok;
  },
});

const accountOf = ({ stopped }: z.infer<typeof Lines>, model: string | undefined): string => {
  const found = stopped.filter(({ model_name: name }) => model === undefined || name === undefined || name === model);
  return found.length === 0 ? 'the line runs' : stopsTable(found);
};

import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { Line, stopsTable } from './line-order.ts';

const Lines = z.object({ stopped: z.array(Line) });
type Lines = z.infer<typeof Lines>;

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
    const get = (...path: string[]) => ({ method: 'GET', path, role: 'auditor' }) as const;
    const { model } = values;
    // A misspelt name must not look like a line that runs.
    if (model !== undefined) await callApi(connection, get('models', model), z.unknown());
    const lines = await readPages(connection, get('line'), { of: 'stopped', say: around.err });
    const shown = stopping(Lines.parse(lines), model);
    around.out(values.json ? jsonText(shown) : accountOf(shown, model));
    return EXIT.ok;
  },
});

/** What stops the promotions of a model is its own line and that of all; without a model, every line. */
const stopping = ({ stopped }: Lines, model: string | undefined): Lines => ({
  stopped: stopped.filter(({ model_name: name }) => model === undefined || name === undefined || name === model),
});

const accountOf = ({ stopped }: Lines, model: string | undefined): string =>
  stopped.length === 0 ? `the line${model === undefined ? '' : ` of ${model}`} runs` : stopsTable(stopped);

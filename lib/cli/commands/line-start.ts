import * as z from 'zod';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';
import { LINE_OPTIONS, Line, nameOf, orderLine, stopsOf, stopsTable } from './line-order.ts';

const Started = Line.extend({
  waiting: z.array(z.object({ release_id: z.string(), model_name: z.string(), model_version: z.string() })),
});

export const command = defineCommand({
  name: 'line start',
  parameters: [],
  description: [
    'Starts the line again after assay line stop, as an operator: of all models, or of one. It lifts what it was stopped for by this',
    'incident: the line runs when it is stopped for no other.',
    'It promotes nothing by itself, but says what waits: assay promote starts each again.',
  ].join('\n'),
  example: '--model hmda-mortgage --reason "the cause was found" --incident INC-1',
  options: LINE_OPTIONS,
  run: async ({ values }, around) => {
    const answer = await orderLine('start', values, around, z.unknown());
    around.out(values.json ? jsonText(answer) : accountOf(Started.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (line: z.infer<typeof Started>): string => {
  const { model_name: model, waiting } = line;
  if (stopsOf(line).length > 0)
    return `the line of ${plain(nameOf(model))} is still stopped for others:\n\n${stopsTable([line])}`;
  const runs = `the line of ${plain(nameOf(model))} runs`;
  if (waiting.length === 0) return `${runs}; no approved release waits for its promotion`;
  const rows = waiting.map((one) => [one.release_id, one.model_name, one.model_version]);
  return `${runs}; nothing is promoted by that. Start what is to be promoted again by assay promote, which refuses what something else still stops:\n\n${columns(['release', 'model', 'version'], rows)}`;
};

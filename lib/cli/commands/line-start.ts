import * as z from 'zod';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';
import { LINE_OPTIONS, nameOf, orderLine } from './line-order.ts';

const Line = z.object({
  model_name: z.string().optional(),
  waiting: z.array(z.object({ release_id: z.string(), model_name: z.string(), model_version: z.string() })),
});

export const command = defineCommand({
  name: 'line start',
  parameters: [],
  description: [
    'Starts the line again after assay line stop, as an operator: of all models, or of one.',
    'It promotes nothing by itself, but says what waits: assay promote starts each again.',
  ].join('\n'),
  example: '--model hmda-mortgage --reason "the cause was found" --incident INC-1',
  options: LINE_OPTIONS,
  run: async ({ values }, around) => {
    const answer = await orderLine('start', values, around, z.unknown());
    around.out(values.json ? jsonText(answer) : accountOf(Line.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = ({ model_name: model, waiting }: z.infer<typeof Line>): string => {
  const runs = `the line of ${plain(nameOf(model))} runs`;
  if (waiting.length === 0) return `${runs}; no approved release waits for its promotion`;
  const rows = waiting.map((one) => [one.release_id, one.model_name, one.model_version]);
  return `${runs}; nothing is promoted by that. Start what is to be promoted again by assay promote:\n\n${columns(['release', 'model', 'version'], rows)}`;
};

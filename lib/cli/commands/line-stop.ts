import * as z from 'zod';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText, plain } from '../terminal/text.ts';
import { LINE_OPTIONS, nameOf, orderLine } from './line-order.ts';

const Line = z.object({ model_name: z.string().optional(), since: z.string(), operator_id: z.string() });

export const command = defineCommand({
  name: 'line stop',
  parameters: [],
  description: [
    'Stops promotions at once, as an operator: those of all models, or of one. A promotion that is under way ends before its next step.',
    'What serves goes on to serve, and can be rolled back.',
  ].join('\n'),
  example: '--model hmda-mortgage --reason "complaints about every answer" --incident INC-1',
  options: LINE_OPTIONS,
  run: async ({ values }, around) => {
    const answer = await orderLine('stop', values, around, z.unknown());
    around.out(values.json ? jsonText(answer) : accountOf(Line.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (line: z.infer<typeof Line>): string =>
  `the line of ${plain(nameOf(line.model_name))} is stopped since ${line.since} by ${plain(line.operator_id)}`;

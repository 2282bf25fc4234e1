import * as z from 'zod';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText, plain } from '../terminal/text.ts';
import { LINE_OPTIONS, Line, nameOf, orderLine, stopsTable } from './line-order.ts';

export const command = defineCommand({
  name: 'line stop',
  parameters: [],
  description: [
    'Stops promotions at once, as an operator: those of all models, or of one. A promotion that is under way ends before its next step.',
    'What serves goes on to serve, and can be rolled back. Each incident stops it by itself: it runs again when all were lifted.',
  ].join('\n'),
  example: '--model hmda-mortgage --reason "complaints about every answer" --incident INC-1',
  options: LINE_OPTIONS,
  run: async ({ values }, around) => {
    const answer = await orderLine('stop', values, around, z.unknown());
    around.out(values.json ? jsonText(answer) : accountOf(Line.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (line: Line): string =>
  `the line of ${plain(nameOf(line.model_name))} is stopped:\n\n${stopsTable([line])}`;

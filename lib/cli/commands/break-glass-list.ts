import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { BreakGlass, breakGlassTable } from '../terminal/break-glass-account.ts';
import { jsonText } from '../terminal/text.ts';
import { JSON_OPTION } from './break-glass-order.ts';

const Answer = z.object({ break_glass: z.array(BreakGlass) });

export const command = defineCommand({
  name: 'break-glass list',
  parameters: [],
  description: 'Lists each break-glass that waits for a second person, is open, or is owed its documentation.',
  example: '',
  options: { json: JSON_OPTION, limit: limitOption },
  run: async ({ values }, around) => {
    const call = { method: 'GET', path: ['break-glass'], role: 'auditor' } as const;
    const wanted = { of: 'break_glass', limit: values.limit, say: around.err };
    const answer = await readPages(await connect(around), call, wanted);
    around.out(values.json ? jsonText(answer) : listOf(Answer.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ break_glass: glasses }: z.infer<typeof Answer>): string =>
  glasses.length === 0 ? 'nothing is open, and nothing is owed' : breakGlassTable(glasses);

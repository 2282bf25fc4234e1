import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { given, limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { LegalHold, legalHoldTable } from './audit-hold-order.ts';

const Answer = z.object({ legal_holds: z.array(LegalHold) });

export const command = defineCommand({
  name: 'audit hold list',
  parameters: [],
  description: 'Lists the models that are legally held, for which matter, and who agreed to lift that.',
  example: '',
  options: {
    model: { type: 'string', value: 'MODEL', description: 'list those of this model' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const query = given({ model: values.model });
    const call = { method: 'GET', path: ['legal-holds'], query, role: 'auditor' } as const;
    const answer = await readPages(connection, call, { of: 'legal_holds', limit: values.limit, say: around.err });
    around.out(values.json ? jsonText(answer) : listOf(Answer.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ legal_holds: holds }: z.infer<typeof Answer>): string =>
  holds.length === 0 ? 'no model is legally held' : legalHoldTable(holds);

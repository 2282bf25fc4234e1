import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { LegalHold, legalHoldTable } from './audit-hold-order.ts';

const Answer = z.object({ legal_holds: z.array(LegalHold) });

export const command = defineCommand({
  name: 'audit hold list',
  parameters: [],
  description: 'Lists the models that are legally held, for which matter, and who agreed to lift that.',
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' } },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await callApi(connection, { method: 'GET', path: ['legal-holds'], role: 'auditor' }, z.unknown());
    around.out(values.json ? jsonText(answer) : listOf(Answer.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ legal_holds: holds }: z.infer<typeof Answer>): string =>
  holds.length === 0 ? 'no model is legally held' : legalHoldTable(holds);

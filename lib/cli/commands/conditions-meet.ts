import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { Condition, conditionTable } from '../terminal/condition-account.ts';
import { jsonText } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'conditions meet',
  parameters: ['RELEASE', 'CONDITION'],
  description: [
    'Puts on record that a condition of an approval is met, and how. Its owner may do so, and the person who approved on it.',
    'If it was overdue and nothing else suspends the approval, the approval is in force again: assay promote then tries',
    'again what was refused. Saying so twice changes nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 ruth.meyer-1 --reason "the card names the group: commit 4f2a91c"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'how it was met, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id = '', condition = ''] }, around) => {
    const connection = await connect(around);
    const path = ['releases', id, 'conditions', condition, 'met'];
    const body = { reason: values.reason };
    const answer = await callApi(connection, { method: 'POST', path, role: 'operator', body }, z.unknown());
    around.out(values.json ? jsonText(answer) : conditionTable([Condition.parse(answer)], around));
    return EXIT.ok;
  },
});

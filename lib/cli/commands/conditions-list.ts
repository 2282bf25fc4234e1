import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { Condition, conditionTable } from '../terminal/condition-account.ts';
import { jsonText } from '../terminal/text.ts';

const Conditions = z.object({ conditions: z.array(Condition) });

export const command = defineCommand({
  name: 'conditions list',
  parameters: ['RELEASE'],
  description: [
    'Lists what the approval of a release was given on condition of: what has to be done, by whom, and until when.',
    'One that is overdue suspends the approval: nothing leads the release to production, or back to it, until it is met.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' } },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const connection = await connect(around);
    const path = ['releases', id, 'conditions'];
    const answer = await callApi(connection, { method: 'GET', path, role: 'auditor' }, z.unknown());
    const { conditions } = Conditions.parse(answer);
    const account = conditions.length === 0 ? 'it was approved on no condition' : conditionTable(conditions, around);
    around.out(values.json ? jsonText(answer) : account);
    return EXIT.ok;
  },
});

import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { Refusals, refusalAccount } from '../terminal/refusal-account.ts';
import { jsonText } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'refusals',
  parameters: [],
  description: 'Lists the manifests that were refused at intake, latest first, with every problem found.',
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' }, iam: iamOption },
  run: async ({ values }, around) => {
    const connection = await connect(around, values);
    const answer = await callApi(connection, { method: 'GET', path: ['refusals'], role: 'auditor' }, z.unknown());
    around.out(values.json ? jsonText(answer) : refusalAccount(Refusals.parse(answer)) || 'nothing was refused');
    return EXIT.ok;
  },
});

import { connect, iamOption } from '../client/connection.ts';
import { given, limitOption, readPages, sinceOption, untilOption } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { Refusals, refusalAccount } from '../terminal/refusal-account.ts';
import { jsonText } from '../terminal/text.ts';
import { assertDates } from './signatures.ts';

export const command = defineCommand({
  name: 'refusals',
  parameters: [],
  description: 'Lists the manifests that were refused at intake, latest first, with every problem found.',
  example: '',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    model: { type: 'string', description: 'only of requests that name this model', value: 'MODEL' },
    since: sinceOption,
    until: untilOption,
    limit: limitOption,
    iam: iamOption,
  },
  run: async ({ values }, around) => {
    const { model, since, until } = values;
    assertDates('refusals', { since, until });
    const connection = await connect(around, values);
    const answer = await readPages(
      connection,
      { method: 'GET', path: ['refusals'], query: given({ model, since, until }), role: 'auditor' },
      { of: 'refusals', limit: values.limit, say: around.err },
    );
    around.out(values.json ? jsonText(answer) : refusalAccount(Refusals.parse(answer)) || 'nothing was refused');
    return EXIT.ok;
  },
});

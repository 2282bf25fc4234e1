import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';

const Adopted = z.object({ endpoint_name: z.string(), model_name: z.string(), since: z.string() });

export const command = defineCommand({
  name: 'endpoints adopt',
  parameters: ['ENDPOINT'],
  description: [
    'Gives an endpoint that Assay did not make to a model, as an operator. Until then no release may name it.',
    'It is refused, with everything that the next release would lose, unless the endpoint has one variant of',
    'instances and nothing that a release cannot ask for, such as shadow variants or asynchronous inference.',
    'Nothing is deployed by it: the endpoint serves what it did until a release of the model is promoted.',
  ].join('\n'),
  example: 'mortgages-eu --model hmda-mortgage --reason "it served before Assay did"',
  options: {
    model: { type: 'string', isRequired: true, description: 'the model that it is to belong to' },
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [endpoint = ''] }, around) => {
    const { model, reason } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      {
        method: 'POST',
        path: ['endpoints', endpoint, 'adopt'],
        role: 'operator',
        body: { model_name: model, reason },
      },
      z.unknown(),
    );
    const adopted = Adopted.parse(answer);
    around.out(
      values.json
        ? jsonText(answer)
        : `${adopted.endpoint_name} belongs to ${adopted.model_name} since ${adopted.since}`,
    );
    return EXIT.ok;
  },
});

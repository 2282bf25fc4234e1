import * as z from 'zod';
import { nearestWord } from '../../domain/spelling.ts';
import { callApi } from '../client/api.ts';
import { type Connection, connect } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { readIfThere } from '../client/subject.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { jsonText, plain } from '../terminal/text.ts';

const Adopted = z.object({ endpoint_name: z.string(), model_name: z.string(), since: z.string() });

export const command = defineCommand({
  name: 'endpoints adopt',
  parameters: ['ENDPOINT'],
  description: [
    'Gives an endpoint that Assay did not make to a model, as an operator. Until then no release may name it.',
    'It is refused, with everything that the next release would lose, unless the endpoint has one variant of',
    'instances and nothing that a release cannot ask for, such as shadow variants or asynchronous inference.',
    'Nothing is deployed by it: the endpoint serves what it did until a release of the model is promoted.',
    'No command takes it away again, so a model that has no release yet is taken only with --new-model.',
  ].join('\n'),
  example: 'mortgages-eu --model hmda-mortgage --reason "it served before Assay did"',
  options: {
    model: { type: 'string', isRequired: true, description: 'the model that it is to belong to' },
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    'new-model': { type: 'boolean', description: 'the first release of the model is still to come' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [endpoint = ''] }, around) => {
    const { model, reason } = values;
    const connection = await connect(around);
    if (values['new-model'] !== true) await assertKnown(model, connection);
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

const Models = z.object({ models: z.array(z.object({ model_name: z.string() })) });

/** A name that is misspelt would be the owner for good. */
const assertKnown = async (model: string, connection: Connection): Promise<void> => {
  if ((await readIfThere(connection, ['models', model], 'operator')) !== undefined) return;
  const call = { method: 'GET', path: ['models'], role: 'operator' } as const;
  const { models } = Models.parse(await readPages(connection, call, { of: 'models', say: () => undefined }));
  const meant = nearestWord(
    model,
    models.map(({ model_name: name }) => name),
  );
  const question = meant === undefined ? '' : `did you mean ${plain(meant)}? `;
  throw new UsageError(
    `no release of a model ${plain(model)} is known: ${question}pass --new-model if its first one is still to come`,
  );
};

import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Endpoints = z.object({
  endpoints: z.array(z.object({ endpoint_name: z.string(), model_name: z.string(), since: z.string() })),
});

export const command = defineCommand({
  name: 'endpoints list',
  parameters: [],
  description: 'Lists the endpoints that belong to a model. Releases of other models cannot be served from them.',
  example: '',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await readPages(
      connection,
      { method: 'GET', path: ['endpoints'], role: 'auditor' },
      { of: 'endpoints', limit: values.limit, say: around.err },
    );
    around.out(values.json ? jsonText(answer) : listOf(Endpoints.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ endpoints }: z.infer<typeof Endpoints>): string =>
  endpoints.length === 0
    ? 'no endpoint belongs to a model yet'
    : columns(
        ['endpoint', 'model', 'since'],
        endpoints.map((one) => [one.endpoint_name, one.model_name, one.since]),
      );

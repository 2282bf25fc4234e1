import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

const Promoting = z.object({ release_id: z.string(), model_name: z.string(), model_version: z.string() });

export const command = defineCommand({
  name: 'promote',
  parameters: ['RELEASE'],
  description: [
    'Retries the promotion of an approved release after it failed, or after the reason it was denied for has gone.',
    'The gate is evaluated again. Asking while the promotion is under way changes nothing.',
  ].join('\n'),
  example: 'hmda-mortgage-1.1.0 --reason "there is capacity again"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [release = ''] }, around) => {
    const { reason } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['releases', release, 'promotion'], role: 'operator', body: { reason } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Promoting.parse(answer)));
    around.err(`asked for, and judged by the gate now; to follow it: assay status ${plain(release)} --watch`);
    return EXIT.ok;
  },
});

const accountOf = (release: z.infer<typeof Promoting>): string =>
  columns(
    ['promoting', release.release_id],
    [
      ['model', release.model_name],
      ['version', release.model_version],
    ],
  );

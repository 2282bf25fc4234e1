import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Promoting = z.object({ release_id: z.string(), model_name: z.string(), model_version: z.string() });

export const command = defineCommand({
  name: 'promote',
  parameters: ['RELEASE'],
  description: [
    'Tries the promotion of an approved release again that failed, or was denied for a reason that has passed.',
    'The gate judges it anew. Asking while it is under way changes nothing.',
  ].join('\n'),
  options: {
    reason: { type: 'string', description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as it is' },
  },
  run: async ({ values, positionals: [release = ''] }, around) => {
    const { reason } = values;
    if (!reason) throw new UsageError('promote needs --reason: it goes on record');
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['releases', release, 'promotion'], role: 'operator', body: { reason } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Promoting.parse(answer)));
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

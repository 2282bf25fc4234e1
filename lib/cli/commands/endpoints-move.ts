import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Move = z.object({
  move_id: z.string(),
  model_name: z.string(),
  release_id: z.string(),
  from_endpoint: z.string(),
  to_endpoint: z.string(),
  status: z.string(),
  settled_at: z.string().optional(),
});

export const command = defineCommand({
  name: 'endpoints move',
  parameters: ['MODEL', 'NEW'],
  description: [
    'Moves what a model serves to a new endpoint, and then deletes the former one.',
    'NEW is created first, and must come into service. Until then nothing changes; if it does not, NEW is deleted again.',
    'It starts with as many instances as the release in production asks for: register its scaling and its alarms then.',
    'Releases requested afterwards name NEW. Those that wait for approval or promotion are refused; a rollback goes to NEW.',
    'Asking again for the same move shows how far it is, and takes up one that has stopped.',
  ].join('\n'),
  example: 'hmda-mortgage hmda-eu --reason "the name says the region"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [model = '', endpoint = ''] }, around) => {
    const { reason } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['models', model, 'endpoint', 'move'], role: 'operator', body: { endpoint, reason } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Move.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (move: z.infer<typeof Move>): string =>
  columns(
    ['move', move.move_id],
    [
      ['model', move.model_name],
      ['release', move.release_id],
      ['from', move.from_endpoint],
      ['to', move.to_endpoint],
      ['status', move.status],
      ...(move.settled_at === undefined ? [] : [['settled', move.settled_at]]),
    ],
  );

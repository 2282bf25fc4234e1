import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { commandToEndBy } from '../../domain/serving/strategy-under-way.ts';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Rollback = z.object({
  rollback_id: z.string(),
  model_name: z.string(),
  from_release_id: z.string(),
  from_version: z.string(),
  to_release_id: z.string(),
  to_version: z.string(),
  status: z.string(),
  waits_for: z.object({ release_id: z.string(), ends_by: z.string(), alarms: z.array(z.string()) }).optional(),
});

export const command = defineCommand({
  name: 'rollback',
  parameters: ['MODEL'],
  description: [
    'Rolls a model back to the release that was in production before the current one.',
    'With --to-nothing its endpoint is deleted instead, and nothing serves: for a first release, which has none before',
    'it, and where the one before must not serve either. Either way the model is held afterwards (assay holds).',
    'Asking twice starts one rollback: the second answer names the first.',
  ].join('\n'),
  example: 'hmda-mortgage --reason "too many complaints" --incident INC-1',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    incident: { type: 'string', isRequired: true, description: 'the related incident' },
    'to-nothing': { type: 'boolean', description: 'delete the endpoint, so that nothing of the model serves' },
    'idempotency-key': { type: 'string', description: 'the key of an earlier attempt, to repeat exactly that request' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [model = ''] }, around) => {
    const { reason, incident } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      {
        method: 'POST',
        path: ['models', model, 'rollback'],
        role: 'operator',
        body: { reason, incident, ...(values['to-nothing'] ? { to_nothing: true } : {}) },
        headers: { 'idempotency-key': values['idempotency-key'] ?? randomUUID() },
      },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Rollback.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (rollback: z.infer<typeof Rollback>): string =>
  columns(
    ['rollback', rollback.rollback_id],
    [
      ['model', rollback.model_name],
      ['from', `${rollback.from_version} (${rollback.from_release_id})`],
      [
        'to',
        rollback.to_release_id === ''
          ? 'nothing: the endpoint is deleted'
          : `${rollback.to_version} (${rollback.to_release_id})`,
      ],
      ['status', rollback.status],
      ...waitOf(rollback),
    ],
  );

/** SageMaker has no call that ends a strategy: only one of its alarms does. */
const waitOf = ({ waits_for: strategy }: z.infer<typeof Rollback>): [string, string][] => {
  if (strategy === undefined) return [];
  const [alarm] = strategy.alarms;
  return [
    [
      'waits for',
      `the deployment of ${strategy.release_id}, which ends by ${strategy.ends_by}: SageMaker takes no other order before`,
    ],
    ['to end it now', alarm === undefined ? 'it has no alarm: nothing ends it sooner' : commandToEndBy(alarm)],
  ];
};

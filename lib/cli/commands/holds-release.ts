import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Hold = z.object({
  model_name: z.string(),
  status: z.string(),
  rollback_id: z.string(),
  operators_needed: z.int(),
  consents: z.array(z.object({ operator_id: z.string(), linked_incident: z.string() })),
});

export const command = defineCommand({
  name: 'holds release',
  parameters: ['MODEL'],
  description: [
    'Agrees, as an operator, that a model may be promoted again after a rollback.',
    'Whoever requested the rollback cannot. At tier high two operators must agree, each with this command.',
    'Afterwards assay promote starts the promotion of a release that waited.',
  ].join('\n'),
  example: 'hmda-mortgage --reason "the cause was found" --incident INC-1',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    incident: { type: 'string', isRequired: true, description: 'the incident that was dealt with' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [model = ''] }, around) => {
    const { reason, incident } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['models', model, 'hold', 'release'], role: 'operator', body: { reason, incident } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Hold.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (hold: z.infer<typeof Hold>): string =>
  columns(
    ['hold', hold.status],
    [
      ['model', hold.model_name],
      ['rollback', hold.rollback_id],
      ['operators needed', hold.operators_needed],
      ...hold.consents.map((one) => ['consent', `${one.operator_id} (${one.linked_incident})`]),
    ],
  );

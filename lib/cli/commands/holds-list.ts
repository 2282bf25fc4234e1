import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Holds = z.object({
  holds: z.array(
    z.object({
      model_name: z.string(),
      held_since: z.string(),
      rollback_id: z.string(),
      initiated_by: z.string(),
      operators_needed: z.int(),
      consents: z.array(z.object({ operator_id: z.string() })),
    }),
  ),
});

export const command = defineCommand({
  name: 'holds list',
  parameters: [],
  description:
    'Lists the models that are held after a rollback: nothing of them is promoted until the hold is released.',
  example: '',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await readPages(
      connection,
      { method: 'GET', path: ['holds'], role: 'auditor' },
      { of: 'holds', limit: values.limit, say: around.err },
    );
    around.out(values.json ? jsonText(answer) : listOf(Holds.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ holds }: z.infer<typeof Holds>): string =>
  holds.length === 0
    ? 'no model is held'
    : columns(
        ['model', 'since', 'rollback', 'requested by', 'consents'],
        holds.map((hold) => [
          hold.model_name,
          hold.held_since,
          hold.rollback_id,
          hold.initiated_by,
          [`${hold.consents.length} of ${hold.operators_needed}`, ...hold.consents.map((one) => one.operator_id)].join(
            ' ',
          ),
        ]),
      );

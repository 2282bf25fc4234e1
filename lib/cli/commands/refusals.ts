import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

const Refusals = z.object({
  refusals: z.array(
    z.object({
      refusal_id: z.string(),
      code: z.string(),
      message: z.string(),
      faults: z.array(z.object({ field: z.string(), problem: z.string() })),
      claimed_release_id: z.string(),
      door: z.string(),
      received_at: z.string(),
    }),
  ),
});

export const command = defineCommand({
  name: 'refusals',
  parameters: [],
  description: 'Lists the manifests that were refused at intake, latest first, with every problem found.',
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' }, iam: iamOption },
  run: async ({ values }, around) => {
    const connection = await connect(around, values);
    const answer = await callApi(connection, { method: 'GET', path: ['refusals'], role: 'auditor' }, z.unknown());
    around.out(values.json ? jsonText(answer) : listOf(Refusals.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ refusals }: z.infer<typeof Refusals>): string =>
  refusals.length === 0
    ? 'nothing was refused'
    : refusals
        .map(({ received_at: at, door, claimed_release_id: claimed, code, message, faults }) =>
          [
            `${at}  ${plain(claimed) || '(no release_id)'}  via ${door}`,
            `${code}: ${plain(message)}`,
            ...(faults.length === 0
              ? []
              : [
                  columns(
                    ['field', 'problem'],
                    faults.map(({ field, problem }) => [field, problem]),
                  ),
                ]),
          ].join('\n'),
        )
        .join('\n\n');

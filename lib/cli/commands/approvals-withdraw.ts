import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

const Withdrawn = z.object({
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  state: z.string(),
  reasons: z.array(z.object({ explanation: z.string() })),
});

export const command = defineCommand({
  name: 'approvals withdraw',
  parameters: ['REQUEST|RELEASE'],
  description: [
    'Withdraws a request for approval, or an approved release before it goes to production: the release ends rejected,',
    'the links die, its content is free again, and everybody who was asked gets a mail.',
    'The requester may do so, and operators. Asking again changes nothing.',
    'Not while a promotion is under way: one that was refused or has failed is not.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --reason "the labels were wrong"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record and for those who were asked' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const { reason } = values;
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['approvals', id, 'withdrawal'], role: 'operator', body: { reason } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Withdrawn.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (release: z.infer<typeof Withdrawn>): string =>
  columns(
    ['withdrawn', release.release_id],
    [
      ['model', release.model_name],
      ['version', release.model_version],
      ['state', release.state],
      ...release.reasons.map(({ explanation }) => ['why', plain(explanation)]),
    ],
  );

import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText, plain } from '../terminal/text.ts';

const Recorded = z.object({
  model_name: z.string(),
  release_id: z.string(),
  reviewed_at: z.string(),
  reviewed_by: z.string(),
});

export const command = defineCommand({
  name: 'reviews record',
  parameters: ['MODEL'],
  description: [
    'Says, as an operator, that what a model serves was reviewed, and what the review found. The next one is due as many days later',
    'as the policy says. Whoever made or requested the release does not review it.',
  ].join('\n'),
  example: 'hmda-mortgage --reason "no complaint in 90 days, and the groups fare as before"',
  options: {
    reason: { type: 'string', isRequired: true, description: 'what the review found, for the record' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values, positionals: [model = ''] }, around) => {
    const connection = await connect(around);
    const answer = await callApi(
      connection,
      { method: 'POST', path: ['models', model, 'review'], role: 'operator', body: { reason: values.reason } },
      z.unknown(),
    );
    around.out(values.json ? jsonText(answer) : accountOf(Recorded.parse(answer)));
    return EXIT.ok;
  },
});

const accountOf = (review: z.infer<typeof Recorded>): string =>
  `${plain(review.release_id)} of ${plain(review.model_name)} was reviewed at ${review.reviewed_at} by ${plain(review.reviewed_by)}`;

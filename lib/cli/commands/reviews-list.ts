import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { limitOption, readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Reviews = z.object({
  reviews: z.array(
    z.looseObject({
      model_name: z.string(),
      release_id: z.string(),
      risk_tier: z.string(),
      due_at: z.string(),
      is_overdue: z.boolean(),
      last: z.object({ reviewed_at: z.string(), reviewed_by: z.string() }).optional(),
    }),
  ),
});

export const command = defineCommand({
  name: 'reviews list',
  parameters: [],
  description: 'Lists what serves and people have to review, as often as the policy says, with what is due first.',
  example: '',
  options: {
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await readPages(
      connection,
      { method: 'GET', path: ['reviews'], role: 'auditor' },
      { of: 'reviews', limit: values.limit, say: around.err },
    );
    const { reviews } = Reviews.parse(answer);
    // Each page has what is due first on top.
    reviews.sort((one, other) => (one.due_at < other.due_at ? -1 : 1));
    around.out(values.json ? jsonText({ ...answer, reviews }) : listOf({ reviews }));
    return EXIT.ok;
  },
});

const listOf = ({ reviews }: z.infer<typeof Reviews>): string =>
  reviews.length === 0
    ? 'no policy asks for a review of what serves'
    : columns(
        ['model', 'release', 'tier', 'due', 'overdue', 'last', 'by'],
        reviews.map((one) => [
          ...[one.model_name, one.release_id, one.risk_tier, one.due_at, one.is_overdue ? 'yes' : 'no'],
          ...[one.last?.reviewed_at ?? 'never', one.last?.reviewed_by ?? ''],
        ]),
      );

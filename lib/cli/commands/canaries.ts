import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Canaries = z.object({
  ran_at: z.string().optional(),
  checks: z.array(
    z.object({
      check: z.string(),
      status: z.string(),
      held_at: z.string().optional(),
      on_good: z.string(),
      on_bad: z.string(),
    }),
  ),
});

export const command = defineCommand({
  name: 'canaries',
  parameters: [],
  description: [
    'Says which checks can be trusted: each is made, on schedule and in the deployed code, on a release that it has to pass and on',
    'one that it must not. While one fails, nothing that has to pass it is promoted. The exit code is 1 if one fails.',
  ].join('\n'),
  example: '',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' } },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const answer = await callApi(connection, { method: 'GET', path: ['canaries'], role: 'auditor' }, z.unknown());
    const found = Canaries.parse(answer);
    around.out(values.json ? jsonText(answer) : accountOf(found));
    if (found.ran_at === undefined) return EXIT.noAnswer;
    return found.checks.every(({ status }) => status === 'holds') ? EXIT.ok : EXIT.no;
  },
});

const accountOf = ({ ran_at: ranAt, checks }: z.infer<typeof Canaries>): string => {
  if (ranAt === undefined) return 'no canary has run yet: they run every six hours';
  const failing = checks.filter(({ status }) => status !== 'holds');
  if (failing.length === 0) return `all ${checks.length} checks hold, as of ${ranAt}`;
  const table = columns(
    ['check', 'last held', 'of the good case', 'of the bad case'],
    failing.map((one) => [one.check, one.held_at ?? 'never', one.on_good, one.on_bad]),
  );
  return `${failing.length} of ${checks.length} checks cannot be trusted, as of ${ranAt}:\n\n${table}`;
};

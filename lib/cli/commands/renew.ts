import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { localTime } from '../terminal/local-time.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Answer = z.object({
  release_id: z.string(),
  outcome: z.string(),
  reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })),
  compared: z.array(z.object({ input: z.string(), before: z.string(), now: z.string() })),
  approved_until_before: z.string(),
  approved_until: z.string().optional(),
});
type Answer = z.infer<typeof Answer>;

export const command = defineCommand({
  name: 'renew',
  parameters: ['MODEL|RELEASE'],
  description: [
    'Renews the approval of a release that serves, or of what serves of a model, if nothing that it rests on has changed: artifact, evidence, policy, and the roles of',
    'those who approved. Otherwise it says what has changed: then a new release is needed. Nothing is ever renewed after its end.',
    'The exit code is 1 if it is not renewed.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --dry-run',
  options: {
    'dry-run': { type: 'boolean', description: 'only compare, and say what would be done' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ positionals: [release = ''], values }, around) => {
    const connection = await connect(around);
    const path = ['releases', release, 'renewal', ...(values['dry-run'] ? ['preview'] : [])];
    const answer = await callApi(connection, { method: 'POST', path, role: 'operator' }, Answer);
    around.out(values.json ? jsonText(answer) : accountOf(answer, (instant) => localTime(instant, around)));
    return answer.outcome === 'refused' ? EXIT.no : EXIT.ok;
  },
});

const accountOf = (answer: Answer, at: (instant: string) => string): string => {
  const { release_id: id, outcome, approved_until_before: before, approved_until: until = before } = answer;
  const compared = columns(
    ['compared', 'it was', 'it is'],
    answer.compared.map((one) => [one.input, one.before, one.now === one.before ? 'the same' : one.now]),
  );
  if (outcome === 'renewed') return `${id} is approved until ${at(until)}: it was renewed\n\n${compared}`;
  if (outcome !== 'refused') return `${id} can be renewed: it would be approved until ${at(until)}\n\n${compared}`;
  const why = columns(
    ['rule', 'why'],
    answer.reasons.map(({ rule, explanation }) => [rule, explanation]),
  );
  return `${id} is not renewed, and is approved until ${at(before)}:\n\n${why}\n\n${compared}`;
};

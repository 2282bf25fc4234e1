import * as z from 'zod';
import { connect } from '../client/connection.ts';
import { readPages } from '../client/pages.ts';
import { defineCommand, EXIT } from '../command.ts';
import { localTime } from '../terminal/local-time.ts';
import { columns, jsonText } from '../terminal/text.ts';

const Ending = z.object({
  model_name: z.string(),
  model_version: z.string(),
  release_id: z.string(),
  endpoint: z.string(),
  status: z.string(),
  approved_until: z.string().optional(),
  not_renewed: z.array(z.object({ rule: z.string() })).default([]),
});
type Ending = z.infer<typeof Ending>;
const Endings = z.object({ approvals: z.array(Ending) });

/** What has no end comes first. */
const byEnd = ({ approved_until: one = '' }: Ending, { approved_until: other = '' }: Ending): number =>
  one < other ? -1 : Number(one > other);

export const command = defineCommand({
  name: 'approvals expiring',
  parameters: [],
  description: [
    'Lists what serves by an approval that has expired, or expires within 14 days, with its endpoint and the end; what ended first comes',
    'first. assay renew asks whether one can be renewed. The exit code is 1 if one has expired.',
  ].join('\n'),
  example: '',
  options: {
    expired: { type: 'boolean', description: 'only what has expired' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    const call = { method: 'GET', path: ['expiring'], role: 'auditor' } as const;
    const answer = await readPages(connection, call, { of: 'approvals', say: around.err });
    const found = Endings.parse(answer).approvals.sort(byEnd);
    const approvals = found.filter(({ status }) => !values.expired || status === 'expired');
    const table = columns(
      ['model', 'version', 'release', 'endpoint', 'status', 'until', 'not renewed for'],
      approvals.map((one) => [
        ...[one.model_name, one.model_version, one.release_id, one.endpoint, one.status],
        one.approved_until === undefined ? 'no end' : localTime(one.approved_until, around),
        [...new Set(one.not_renewed.map(({ rule }) => rule))].join(', '),
      ]),
    );
    const none = values.expired ? 'no approval of what serves has expired' : 'no approval ends within 14 days';
    around.out(values.json ? jsonText({ approvals }) : approvals.length === 0 ? none : table);
    return approvals.some(({ status }) => status === 'expired') ? EXIT.no : EXIT.ok;
  },
});

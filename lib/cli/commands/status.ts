import * as z from 'zod';
import { connect, iamOption } from '../client/connection.ts';
import { given, limitOption, readPages, sinceOption, untilOption } from '../client/pages.ts';
import { accountOf, findSubject, readModel, watchSubject } from '../client/subject.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { ReleaseSummary } from '../terminal/release-account.ts';
import { columns, jsonText } from '../terminal/text.ts';
import { assertDates } from './signatures.ts';

const Releases = z.object({ releases: z.array(ReleaseSummary) });

export const command = defineCommand({
  name: 'status',
  parameters: ['[ID]'],
  description: [
    'Lists all releases, latest first, or those of a state, a tier, a requester or a period; or shows one in full: state, whom it waits for, stages, checks, approvals, events.',
    'ID is that of a release, or of a request that was refused, by its own id or the release it asked for. It may also be',
    'the name of a model: what serves, since when, until when, what comes next, and the way back.',
    'With --watch it shows each change until there is an outcome. Exit code 0: in production. 1: it ended elsewhere.',
  ].join('\n'),
  example: 'hmda-mortgage-1.1.0 --watch',
  options: {
    model: { type: 'string', value: 'MODEL', description: 'show this model, though a release may have the same name' },
    watch: { type: 'boolean', description: 'go on until there is an outcome, which is the exit code' },
    state: { type: 'string', value: 'STATE', description: 'list the releases in this state' },
    tier: { type: 'string', value: 'TIER', description: 'list the releases of this risk tier' },
    requester: { type: 'string', value: 'PERSON', description: 'list what this person requested' },
    since: { ...sinceOption, description: 'list what changed at this date or time or later, ISO 8601' },
    until: { ...untilOption, description: 'list what changed last until then; a date includes its whole day' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    limit: limitOption,
    iam: iamOption,
  },
  run: async ({ values, positionals: [id] }, around) => {
    if (id !== undefined && values.model !== undefined) throw new UsageError('status takes ID or --model, not both');
    const name = values.model ?? id;
    const { state, tier, requester, since, until } = values;
    const query = given({ state, tier, requester, since, until });
    const [filter] = Object.keys(query);
    if (name !== undefined && filter !== undefined)
      throw new UsageError(`status shows one thing, or lists by --${filter}`);
    assertDates('status', { since, until });
    if (values.watch && name === undefined) throw new UsageError('status watches one thing: name it');
    const connection = await connect(around, values);
    if (name === undefined) {
      const call = { method: 'GET', path: ['releases'], query, role: 'auditor' } as const;
      const answer = await readPages(connection, call, { of: 'releases', limit: values.limit, say: around.err });
      around.out(values.json ? jsonText(answer) : listOf(Releases.parse(answer)));
      return EXIT.ok;
    }
    const find = () => (values.model === undefined ? findSubject(connection, name) : readModel(connection, name));
    if (values.watch) return (await watchSubject(find, around, { isJson: values.json === true })).outcome;
    const subject = await find();
    around.out(values.json ? jsonText(subject.answer) : accountOf(subject, around));
    return EXIT.ok;
  },
});

const listOf = ({ releases }: z.infer<typeof Releases>): string =>
  releases.length === 0
    ? 'no releases yet'
    : columns(
        ['release', 'model', 'version', 'state', 'tier', 'updated'],
        releases.map((release) => [
          release.release_id,
          release.model_name,
          release.model_version,
          release.state,
          release.risk_tier,
          release.updated_at,
        ]),
      );

import * as z from 'zod';
import { ApiRefusal, callApi } from '../client/api.ts';
import { type Connection, connect, iamOption } from '../client/connection.ts';
import { untilEnded } from '../client/until-ended.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { ModelStatus, modelAccount } from '../terminal/model-account.ts';
import { appending } from '../terminal/redraw.ts';
import { Refusals, refusalAccount } from '../terminal/refusal-account.ts';
import { ReleaseSummary, releaseAccount, releaseInBrief, Story } from '../terminal/release-account.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

const Releases = z.object({ releases: z.array(ReleaseSummary) });

export const command = defineCommand({
  name: 'status',
  parameters: ['[ID]'],
  description: [
    'Lists all releases, latest first; or shows one in full: state, whom it waits for, stages, checks, approvals, events.',
    'ID is that of a release, or of a request that was refused, by its own id or the release it asked for. It may also be',
    'the name of a model: what serves, since when, until when, what comes next, and the way back.',
    'With --watch it shows each change until there is an outcome. Exit code 0: in production. 1: it ended elsewhere.',
  ].join('\n'),
  example: 'hmda-mortgage-1.1.0 --watch',
  options: {
    model: { type: 'string', value: 'MODEL', description: 'show this model, though a release may have the same name' },
    watch: { type: 'boolean', description: 'go on until there is an outcome, which is the exit code' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    iam: iamOption,
  },
  run: async ({ values, positionals: [id] }, around) => {
    if (id !== undefined && values.model !== undefined) throw new UsageError('status takes ID or --model, not both');
    const name = values.model ?? id;
    if (values.watch && name === undefined) throw new UsageError('status watches one thing: name it');
    const connection = await connect(around, values);
    if (name === undefined) {
      const answer = await read(connection, ['releases'], z.unknown());
      around.out(values.json ? jsonText(answer) : listOf(Releases.parse(answer)));
      return EXIT.ok;
    }
    const find = () => (values.model === undefined ? findSubject(connection, name) : readModel(connection, name));
    if (values.watch) return watch(find, around, values.json === true);
    const subject = await find();
    around.out(values.json ? jsonText(subject.answer) : accountOf(subject, around));
    return EXIT.ok;
  },
});

const read = <T>(connection: Connection, path: readonly string[], shape: z.ZodType<T>): Promise<T> =>
  callApi(connection, { method: 'GET', path, role: 'auditor' }, shape);

type Subject = { readonly kind: 'release' | 'refused' | 'model'; readonly answer: unknown };

/** A release comes first: one that was accepted counts for more than an earlier refusal under the same id. */
const findSubject = async (connection: Connection, id: string): Promise<Subject> => {
  const release = await readIfThere(connection, ['releases', id]);
  if (release !== undefined) return { kind: 'release', answer: release };
  const refused = await readIfThere(connection, ['refusals', id]);
  if (refused !== undefined) return { kind: 'refused', answer: refused };
  const model = await readIfThere(connection, ['models', id]);
  if (model !== undefined) return { kind: 'model', answer: model };
  throw new ApiRefusal('NotFound', `there is no release, refused request or model ${plain(id)}`, []);
};

const readModel = async (connection: Connection, model: string): Promise<Subject> => ({
  kind: 'model',
  answer: await read(connection, ['models', model], z.unknown()),
});

const readIfThere = async (connection: Connection, path: readonly string[]): Promise<unknown> => {
  try {
    return await read(connection, path, z.unknown());
  } catch (error) {
    if (error instanceof ApiRefusal && error.name === 'NotFound') return undefined;
    throw error;
  }
};

const accountOf = ({ kind, answer }: Subject, around: Surroundings): string => {
  if (kind === 'release') return releaseAccount(Story.parse(answer), around);
  return kind === 'model' ? modelAccount(ModelStatus.parse(answer), around) : refusalAccount(Refusals.parse(answer));
};

const watch = async (find: () => Promise<Subject>, around: Surroundings, isJson: boolean): Promise<ExitCode> => {
  const draw = isJson ? () => undefined : (around.redraw ?? appending(around.out));
  const ended = await untilEnded({
    read: find,
    hasEnded: (subject) => outcomeOf(subject) !== undefined,
    show: (subject) => draw(briefOf(subject, around)),
  });
  if (isJson) around.out(jsonText(ended.answer));
  return outcomeOf(ended) ?? EXIT.noAnswer;
};

const briefOf = (subject: Subject, around: Surroundings): string =>
  subject.kind === 'release' ? releaseInBrief(Story.parse(subject.answer), around) : accountOf(subject, around);

/** The exit code of what has ended; undefined while it may still change by itself, or by those who are asked. */
const outcomeOf = ({ kind, answer }: Subject): ExitCode | undefined => {
  if (kind === 'refused') return EXIT.no;
  return kind === 'release' ? outcomeOfRelease(Story.parse(answer)) : outcomeOfModel(ModelStatus.parse(answer));
};

const outcomeOfRelease = ({ release: { state }, promotion }: Story): ExitCode | undefined => {
  if (state === 'draft' || state === 'validated') return undefined;
  if (state === 'approved' && promotion?.under_way === true) return undefined;
  return state === 'production' ? EXIT.ok : EXIT.no;
};

/** A release whose promotion has ended waits for an operator: nothing comes of it by itself. */
const outcomeOfModel = ({ production, coming, rollback, endpoint_move: move }: ModelStatus): ExitCode | undefined => {
  const isOpen = coming.some(({ state, promotion }) => state !== 'approved' || promotion?.under_way === true);
  if (isOpen || rollback !== undefined || move !== undefined) return undefined;
  return production === undefined ? EXIT.no : EXIT.ok;
};

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

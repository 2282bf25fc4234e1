/** A release, a refused request or a model, as commands that follow one find and show it. */
import * as z from 'zod';
import { EXIT, type ExitCode, type Surroundings } from '../command.ts';
import { ModelStatus, modelAccount } from '../terminal/model-account.ts';
import { appending } from '../terminal/redraw.ts';
import { Refusals, refusalAccount } from '../terminal/refusal-account.ts';
import { releaseAccount, releaseInBrief, Story } from '../terminal/release-account.ts';
import { jsonText, plain } from '../terminal/text.ts';
import { ApiRefusal, callApi } from './api.ts';
import type { Connection, Role } from './connection.ts';
import { untilEnded } from './until-ended.ts';

const read = <T>(
  connection: Connection,
  path: readonly string[],
  shape: z.ZodType<T>,
  role: Role = 'auditor',
): Promise<T> => callApi(connection, { method: 'GET', path, role }, shape);

/** `sent` is what was requested by an event, and is not taken in or refused yet; `unheard`, of which that was long ago. */
export type Subject = {
  readonly kind: 'release' | 'refused' | 'model' | 'sent' | 'unheard';
  readonly answer: unknown;
};

/** A release comes first: one that was accepted counts for more than an earlier refusal under the same id. */
export const findSubject = async (connection: Connection, id: string): Promise<Subject> => {
  const release = await readIfThere(connection, ['releases', id]);
  if (release !== undefined) return { kind: 'release', answer: release };
  const refused = await readIfThere(connection, ['refusals', id]);
  if (refused !== undefined) return { kind: 'refused', answer: refused };
  const model = await readIfThere(connection, ['models', id]);
  if (model !== undefined) return { kind: 'model', answer: model };
  throw new ApiRefusal('NotFound', `there is no release, refused request or model ${plain(id)}`, []);
};

export const readModel = async (connection: Connection, model: string): Promise<Subject> => ({
  kind: 'model',
  answer: await read(connection, ['models', model], z.unknown()),
});

export const readIfThere = async (connection: Connection, path: readonly string[], role?: Role): Promise<unknown> => {
  try {
    return await read(connection, path, z.unknown(), role);
  } catch (error) {
    if (error instanceof ApiRefusal && error.name === 'NotFound') return undefined;
    throw error;
  }
};

export const accountOf = ({ kind, answer }: Subject, around: Surroundings): string => {
  if (kind === 'release') return releaseAccount(Story.parse(answer), around);
  if (kind === 'sent') return 'sent; it waits to be taken in';
  if (kind === 'unheard') return UNHEARD;
  return kind === 'model' ? modelAccount(ModelStatus.parse(answer), around) : refusalAccount(Refusals.parse(answer));
};

const UNHEARD =
  'nothing has become of it: it is neither taken in nor refused; ask who operates the deployment whether events arrive';

type Watching = {
  readonly isJson: boolean;
  readonly limitMs?: number | undefined;
};

/** Shows each change until there is an outcome, and answers with it and what has it. */
export const watchSubject = async (
  find: () => Promise<Subject>,
  around: Surroundings,
  { isJson, limitMs }: Watching,
): Promise<{ readonly ended: Subject; readonly outcome: ExitCode }> => {
  const draw = isJson ? () => undefined : (around.redraw ?? appending(around.out));
  const ended = await untilEnded({
    read: find,
    hasEnded: (subject) => outcomeOf(subject) !== undefined,
    show: (subject) => draw(briefOf(subject, around)),
    limitMs,
  });
  if (isJson) around.out(jsonText(ended.answer));
  return { ended, outcome: outcomeOf(ended) ?? EXIT.noAnswer };
};

const briefOf = (subject: Subject, around: Surroundings): string =>
  subject.kind === 'release' ? releaseInBrief(Story.parse(subject.answer), around) : accountOf(subject, around);

/** The exit code of what has ended; undefined while it may still change by itself, or by those who are asked. */
const outcomeOf = ({ kind, answer }: Subject): ExitCode | undefined => {
  if (kind === 'sent') return undefined;
  if (kind === 'unheard') return EXIT.noAnswer;
  if (kind === 'refused') return EXIT.no;
  return kind === 'release' ? outcomeOfRelease(Story.parse(answer)) : outcomeOfModel(ModelStatus.parse(answer));
};

const outcomeOfRelease = ({ release: { state }, promotion }: Story): ExitCode | undefined => {
  if (state === 'draft' || state === 'validated') return undefined;
  if (state === 'approved' && (promotion?.under_way === true || promotion?.waits === true)) return undefined;
  return state === 'production' ? EXIT.ok : EXIT.no;
};

/** A release whose promotion has ended waits for an operator: nothing comes of it by itself. */
const outcomeOfModel = ({ production, coming, rollback, endpoint_move: move }: ModelStatus): ExitCode | undefined => {
  const isOpen = coming.some(
    ({ state, promotion }) => state !== 'approved' || promotion?.under_way === true || promotion?.waits === true,
  );
  if (isOpen || rollback !== undefined || move !== undefined) return undefined;
  return production === undefined ? EXIT.no : EXIT.ok;
};

/** The pages of `assay ask`: several questions about one thing. */
import { resolve } from 'node:path';
import { Instant, ModelName, ReleaseId } from '../domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../domain/instant.ts';
import { findInference } from '../domain/questions/captured.ts';
import {
  type Ask,
  type AskedDecision,
  accountOfModel,
  decisionPage,
  dossierOf,
  type Section,
} from '../domain/questions/report.ts';
import { dayGiven, instantGiven } from './asked.ts';
import { beyondLog, unknownSubject } from './asked-nothing.ts';
import { EXIT, type ExitCode, type Surroundings, UsageError } from './command.ts';
import { capturedFolder } from './files/captured-folder.ts';
import { reachOf, sectionsAccount, sectionsJson } from './terminal/answer-account.ts';
import { plain } from './terminal/text.ts';

type Values = Readonly<Record<string, string | boolean | undefined>>;
type AskedPage = {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly values: Values;
  readonly now: Date;
};
type Page = {
  readonly name: string;
  readonly usage: string;
  readonly title: string;
  readonly options: readonly string[];
  readonly ask: (asked: AskedPage, ask: Ask, around: Surroundings) => Promise<Section[]>;
};

const said = (values: Values, name: string): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};
const nowOf = ({ now }: AskedPage): Instant => Instant.parse(now.toISOString());
const atOf = (asked: AskedPage): Instant => {
  const at = said(asked.values, 'at');
  return at === undefined ? nowOf(asked) : instantGiven('at', at);
};

const subjectOf = <T>(
  { name, subjects }: AskedPage,
  what: string,
  schema: { safeParse(text: unknown): { data?: T } },
): T => {
  const [subject, further] = subjects;
  if (subject === undefined) throw new UsageError(`ask ${name} needs ${what}`);
  if (further !== undefined) throw new UsageError(`ask ${name} does not understand ${plain(further)}`);
  const { data } = schema.safeParse(subject);
  if (data === undefined) throw new UsageError(`${plain(subject)} is no name of a ${what.toLowerCase()}`);
  return data;
};

/** Where and when an inference was answered: one answer for each time that its id was captured. */
const captured = async (
  asked: AskedPage,
  around: Surroundings,
): Promise<Pick<AskedDecision, 'from' | 'to' | 'variant'>> => {
  const { values, now } = asked;
  const [inferenceId = '', endpoint, uri] = ['inference-id', 'endpoint', 'captured'].map((name) => said(values, name));
  if (uri === undefined) {
    throw new UsageError(
      'without what the endpoint captured nobody can say which instant an inference id belongs to: name it with --captured, or ask by --at TIME',
    );
  }
  if (endpoint === undefined) throw new UsageError('ask decision needs --endpoint with --inference-id');
  const data = uri.startsWith('s3://') ? await s3Data(uri) : capturedFolder(resolve(around.directory, uri));
  const found = await findInference(data, { endpoint, inferenceId, ...periodOf(values, now) });
  const [first, second] = found;
  if (first === undefined) {
    throw new UsageError(
      `${plain(inferenceId)} is not in what ${plain(endpoint)} captured then: sampling leaves requests out; name another time, or ask by --at TIME`,
    );
  }
  if (second !== undefined && (second.from !== first.from || second.variant !== first.variant)) {
    throw new UsageError(`${plain(inferenceId)} was captured ${found.length} times then: narrow it down with --at`);
  }
  around.err(
    `Captured in ${plain(first.file)}: variant ${plain(first.variant)}, ${first.from === first.to ? `at ${first.from}` : `within the hour from ${first.from}`}.`,
  );
  return first;
};

/** Loaded when needed: a copy in a folder must not wait for the AWS SDK. */
const s3Data = async (uri: string) => (await import('../adapters/s3-captured-data.ts')).s3CapturedData(uri);

const periodOf = (values: Values, now: Date): { from: Instant; to: Instant } => {
  const [at, day] = [said(values, 'at'), said(values, 'day')];
  if ((at === undefined) === (day === undefined)) {
    throw new UsageError(
      'ask decision needs --at TIME, to look an hour before and after, or --day DAY, with --inference-id',
    );
  }
  if (day !== undefined) {
    const date = dayGiven('day', day, now);
    return { from: Instant.parse(`${date}T00:00:00.000Z`), to: Instant.parse(`${date}T23:59:59.999Z`) };
  }
  const instant = instantGiven('at', at ?? '');
  return { from: plusMilliseconds(instant, -HOUR_MS), to: plusMilliseconds(instant, HOUR_MS) };
};

const askDecision = async (asked: AskedPage, ask: Ask, around: Surroundings): Promise<Section[]> => {
  const { values } = asked;
  const model = subjectOf(asked, 'MODEL', ModelName);
  const [endpoint, variant, inferenceId, at] = ['endpoint', 'variant', 'inference-id', 'at'].map((name) =>
    said(values, name),
  );
  if (inferenceId !== undefined) return decisionPage(ask, { model, endpoint, ...(await captured(asked, around)) });
  if (at === undefined) throw new UsageError('ask decision needs --at TIME, or --inference-id ID');
  const instant = instantGiven('at', at);
  return decisionPage(ask, { model, from: instant, to: instant, endpoint, variant });
};

export const PAGES: readonly Page[] = [
  {
    name: 'account',
    usage: 'account MODEL',
    title: 'What was live at --at, who approved it, on what evidence, what changed, how, and the way back?',
    options: ['at'],
    ask: (asked, ask) => accountOfModel(ask, subjectOf(asked, 'MODEL', ModelName), atOf(asked)),
  },
  {
    name: 'dossier',
    usage: 'dossier RELEASE',
    title: 'Which artifact, data, code, tests, reviewers, audit trail and way back does this release have?',
    options: [],
    ask: (asked, ask) => dossierOf(ask, subjectOf(asked, 'RELEASE', ReleaseId), nowOf(asked)),
  },
  {
    name: 'decision',
    usage: 'decision MODEL',
    title: 'Which release decided at --at, or under --inference-id, who approved it, and why?',
    options: ['at', 'day', 'endpoint', 'variant', 'inference-id', 'captured'],
    ask: askDecision,
  },
];

const FORMS = ['ledger', 'key', 'json'];

/** Asks what is on a page, and shows it. A page on which nothing was found is a no. */
export const askPage = async (asked: AskedPage, ask: Ask, around: Surroundings): Promise<ExitCode> => {
  const page = PAGES.find(({ name }) => name === asked.name);
  if (page === undefined) throw new Error(`there is no page ${asked.name}`);
  const strange = Object.entries(asked.values).find(
    ([option, value]) => value !== undefined && ![...page.options, ...FORMS].includes(option),
  );
  if (strange !== undefined) throw new UsageError(`ask ${page.name} has no use for --${strange[0]}`);
  const sections = await page.ask(asked, ask, around);
  const isEmpty = sections.every(({ answer }) => answer.rows.length === 0);
  around.out(
    asked.values['json'] === true
      ? sectionsJson({ page: page.name, about: asked.subjects[0] ?? '' }, sections)
      : sectionsAccount(sections),
  );
  const [first] = sections;
  const at = said(asked.values, 'at');
  if (first !== undefined) {
    around.err(reachOf({ ...first.answer, rows: sections.flatMap(({ answer }) => answer.rows) }));
    for (const line of beyondLog(at === undefined ? undefined : instantGiven('at', at), first.answer)) around.err(line);
  }
  const kind = page.usage.endsWith('RELEASE') ? 'release' : 'model';
  const [subject = ''] = asked.subjects;
  const unknown = isEmpty ? await unknownSubject({ name: page.name, kind, subject }, ask) : undefined;
  if (unknown !== undefined) around.err(unknown);
  return isEmpty ? EXIT.no : EXIT.ok;
};

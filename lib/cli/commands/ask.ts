import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { QUESTIONS, questionNamed } from '../../domain/questions/catalogue.ts';
import { CHANGED, PRESENCE } from '../../domain/questions/changed.ts';
import type { Answer, Question } from '../../domain/questions/question.ts';
import type { Ask } from '../../domain/questions/report.ts';
import { nearestWord } from '../../domain/spelling.ts';
import { type AskOptions, givenFor, instantGiven } from '../asked.ts';
import { beyondLog, unknownSubjects } from '../asked-nothing.ts';
import { askPage, PAGES } from '../asked-pages.ts';
import { askingApi } from '../client/api-questions.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { askLedger } from '../files/ask-ledger.ts';
import { answerCsv, answerJson, answerTable, reachOf } from '../terminal/answer-account.ts';
import { plain } from '../terminal/text.ts';
import { bars, spansIn, timeline } from '../terminal/timeline.ts';
import { timelinePage } from '../terminal/timeline-page.ts';

const usageOf = ({ name, subjects }: Question): string =>
  [name, ...subjects.map((subject) => subject.toUpperCase())].join(' ');
const WIDEST = Math.max(...QUESTIONS.map((question) => usageOf(question).length));

export const command = defineCommand({
  name: 'ask',
  parameters: ['QUESTION', '[SUBJECT]', '[OTHER]'],
  description: [
    'Asks the audit log. Every row names the entry of the log that proves it; CSV and JSON name its file, its hash and its',
    'bundle, too. With --ledger it answers from a copy, without AWS, and only from what the log has committed to; without, it',
    'asks the API. If nothing is found it ends with 1, and says how far it looked. The questions:',
    '',
    ...QUESTIONS.map((question) => `  ${usageOf(question).padEnd(WIDEST)}  ${question.title}`),
    '',
    'Pages of several of them:',
    '',
    ...PAGES.map(({ usage, title }) => `  ${usage.padEnd(WIDEST)}  ${title}`),
  ].join('\n'),
  example: 'live credit --at 2026-11-28T10:00:00Z --ledger ledger',
  options: {
    ledger: { type: 'string', value: 'DIR', description: 'a copy made by assay audit pull; needs no AWS' },
    key: { type: 'string', value: 'FILE', description: 'public key of the log, PEM (DIR/log.pub)' },
    at: { type: 'string', value: 'TIME', description: 'the instant, 2026-11-28T10:00:00Z (now, where one is needed)' },
    since: { type: 'string', value: 'DAY', description: 'the first day in UTC, 2026-01-01, or 365d for so long ago' },
    until: { type: 'string', value: 'DAY', description: 'the last day in UTC, which is in the answer' },
    model: { type: 'string', description: 'of rollbacks: only those of this model' },
    incident: { type: 'string', description: 'of rollbacks: only those of this incident' },
    endpoint: { type: 'string', description: 'of a decision: the endpoint that answered' },
    variant: { type: 'string', description: 'of a decision: the variant that answered' },
    'inference-id': {
      type: 'string',
      value: 'ID',
      description: 'of a decision: looked up in what the endpoint captured',
    },
    day: { type: 'string', value: 'DAY', description: 'of a decision: the day to look for the inference id in' },
    captured: {
      type: 'string',
      value: 'URI',
      description: 'of a decision: where the endpoint captures its requests, s3://… or a folder with a copy',
    },
    csv: { type: 'boolean', description: 'print the answer as CSV' },
    json: { type: 'boolean', description: 'print the answer as JSON' },
    html: { type: 'string', value: 'FILE', description: 'write the answer as a page, with a timeline if it has one' },
  },
  run: async ({ values, positionals: [name = '', ...subjects] }, around) => {
    if (values.csv && values.json) throw new UsageError('ask: --csv or --json, not both');
    const page = PAGES.find((one) => one.name === name);
    const question = questionNamed(name);
    if (page === undefined && question === undefined) throw new UsageError(unknown(name));
    const now = new Date();
    const use = async (ask: Ask): Promise<ExitCode> =>
      question === undefined
        ? askPage({ name, subjects, values, now }, ask, around)
        : askOne({ question, subjects, values, now }, ask, around);
    if (values.ledger !== undefined) {
      return askLedger(
        { directory: resolve(around.directory, values.ledger), name: values.ledger, key: values.key },
        use,
        around,
      );
    }
    if (values.key !== undefined) throw new UsageError('ask: --key is the key of a copy: name it with --ledger');
    return use(askingApi(await connect(around)));
  },
});

const unknown = (name: string): string => {
  const names = [...QUESTIONS, ...PAGES].map((one) => one.name);
  const meant = nearestWord(name, names);
  return `there is no question ${plain(name)}${meant === undefined ? `; there are ${names.join(', ')}` : `; did you mean ${meant}?`}`;
};

type Values = AskOptions & {
  readonly csv?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly html?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly variant?: string | undefined;
  readonly 'inference-id'?: string | undefined;
  readonly day?: string | undefined;
  readonly captured?: string | undefined;
};
type Asked = {
  readonly question: Question;
  readonly subjects: readonly string[];
  readonly values: Values;
  readonly now: Date;
};

const OF_DECISIONS = ['endpoint', 'variant', 'inference-id', 'day', 'captured'] as const;

const askOne = async (
  { question, subjects, values, now }: Asked,
  ask: Ask,
  around: Surroundings,
): Promise<ExitCode> => {
  const strange = OF_DECISIONS.find((option) => values[option] !== undefined);
  if (strange !== undefined) throw new UsageError(`ask ${question.name} has no use for --${strange}`);
  const given = givenFor(question, subjects, values, now);
  const answer = await ask(question.name, given);
  const spans = spansIn(answer);
  if (values.html !== undefined) {
    await writeFile(resolve(around.directory, values.html), timelinePage(question.title, answer, spans));
  }
  if (values.json) around.out(answerJson(question.name, given, answer));
  else if (values.csv) around.out(answerCsv(answer));
  else if (answer.rows.length > 0) {
    const picture = question.name === 'trend' ? `promoted\n${bars(answer.rows, 'month', 'promoted')}` : timeline(spans);
    around.out([answerTable(answer), ...(picture === '' ? [] : ['', picture])].join('\n'));
  }
  around.err(reachOf(answer));
  const at = values.at === undefined ? undefined : instantGiven('at', values.at);
  const unknown = isAbsent(question, answer) ? await unknownSubjects(question, given, ask) : [];
  for (const line of [...beyondLog(at, answer), ...unknown]) around.err(line);
  return isAbsent(question, answer) ? EXIT.no : EXIT.ok;
};

/** Nothing was found; or one of two releases that were to be compared. */
const isAbsent = ({ name }: Question, { rows }: Answer): boolean =>
  rows.length === 0 || (name === CHANGED.name && rows.some(({ part }) => part === PRESENCE));

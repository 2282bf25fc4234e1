import { serveQuestions } from '../../lambdas/serve-questions/app.ts';
import { questionSql } from '../../lib/adapters/history/question-sql.ts';
import { questionNamed } from '../../lib/domain/questions/catalogue.ts';
import { NOTHING_YET } from '../../lib/domain/questions/history-reach.ts';
import type { RawRow } from '../../lib/domain/questions/question.ts';
import { asDocumented } from './as-documented.ts';
import type { Intake } from './intake.ts';

type Door = Parameters<typeof serveQuestions>[0];

/** An engine that finds these rows, whatever it is asked, after so many looks. */
export const anEngine = (rows: readonly RawRow[], looks = 0): Door['engine'] & { readonly asked: string[] } => {
  const asked: string[] = [];
  let left = looks;
  return {
    asked,
    start: async (statement) => `query-${asked.push(statement) - 1}`,
    look: async (id) => {
      const statement = asked[Number(id.replace('query-', ''))];
      if (statement === undefined) return undefined;
      left -= 1;
      return { statement, state: left >= 0 ? 'running' : 'done' };
    },
    rows: async (_, most) => rows.slice(0, most + 1),
  };
};

/** What questions are asked of. The log is empty, and no time passes but by waiting, unless a test says otherwise. */
export const aQuestionsWorld = (changes: Partial<Door> = {}) => {
  let time = 0;
  return {
    engine: anEngine([]),
    sql: questionSql,
    questionNamed,
    reach: async () => NOTHING_YET,
    isLogBeyond: async () => false,
    derive: async () => undefined,
    answered: async () => undefined,
    patience: {
      milliseconds: 1000,
      pause: async () => {
        time += 200;
      },
      clock: () => time,
    },
    ...changes,
  };
};

/** The door of questions. */
export const aQuestionsDoor = ({ directory }: Pick<Intake, 'directory'>, changes: Partial<Door> = {}) =>
  asDocumented(
    serveQuestions({
      noteRead: async () => undefined,
      directory: async () => directory,
      ...aQuestionsWorld(changes),
    }),
  );

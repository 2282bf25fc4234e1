import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { handle } from 'hono/aws-lambda';
import { noteReading } from '../../lib/adapters/dynamodb-readings.ts';
import { athenaQuestions } from '../../lib/adapters/history/athena-questions.ts';
import { readReach, s3HistoryObjects } from '../../lib/adapters/history/history-objects.ts';
import { invokeDerive } from '../../lib/adapters/history/lambda-derive.ts';
import { questionSql } from '../../lib/adapters/history/question-sql.ts';
import { isLogBeyond } from '../../lib/adapters/history/s3-log-bundles.ts';
import { s3 } from '../../lib/adapters/s3-objects.ts';
import { questionNamed } from '../../lib/domain/questions/catalogue.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { readLog } from '../../lib/runtime/note-reads.ts';
import { serveQuestions } from './app.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const sqlFolder = join(import.meta.dirname, env.SQL_FOLDER);

/** The gateway gives up after 30 seconds: these two together are less, with the time of a cold start. */
const DERIVE_MS = 8000;
const ANSWER_MS = 15_000;
const LOOK_MS = 200;

const derive = invokeDerive(env.DERIVE_FUNCTION, DERIVE_MS);

export const handler = handle(
  serveQuestions({
    engine: athenaQuestions({ workgroup: env.QUESTIONS_WORKGROUP, database: env.QUESTIONS_DATABASE }),
    sql: (file) => questionSql(file, sqlFolder),
    questionNamed,
    reach: () => readReach(s3HistoryObjects(env.HISTORY_BUCKET, s3)),
    isLogBeyond: isLogBeyond(env.AUDIT_BUCKET, s3),
    derive: async () => {
      const failed = await derive();
      // What is there already is answered from all the same, and the answer says how far it reaches.
      if (failed !== undefined) logger.error('the history was not derived', { failed });
    },
    answered: async ({ who, question }) => logger.info('question answered', { who, question }),
    patience: { milliseconds: ANSWER_MS, pause: () => setTimeout(LOOK_MS), clock: Date.now },
    directory: directoryAt(env),
    noteRead: readLog(noteReading(env.TABLE_NAME), now),
  }),
);

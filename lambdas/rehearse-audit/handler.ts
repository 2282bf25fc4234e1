import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { athenaQuestions } from '../../lib/adapters/history/athena-questions.ts';
import { readReach, s3HistoryObjects } from '../../lib/adapters/history/history-objects.ts';
import { invokeDerive } from '../../lib/adapters/history/lambda-derive.ts';
import { questionSql } from '../../lib/adapters/history/question-sql.ts';
import { isLogBeyond } from '../../lib/adapters/history/s3-log-bundles.ts';
import { kmsPublicKey } from '../../lib/adapters/kms-signer.ts';
import { readIfThere, readLogFiles, tryToRead } from '../../lib/adapters/s3-audited.ts';
import { putLedgerObject } from '../../lib/adapters/s3-ledger-store.ts';
import { placeOf, s3 } from '../../lib/adapters/s3-objects.ts';
import { recordRehearsal } from '../../lib/domain/audit/record-rehearsal.ts';
import { probedIn } from '../../lib/domain/audit/rehearsal-probes.ts';
import { rehearsalBytes, rehearsalKey, rehearsalPage } from '../../lib/domain/audit/rehearsal-report.ts';
import { type Probe, rehearse } from '../../lib/domain/audit/rehearse.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import type { Log } from '../../lib/domain/ledger/log.ts';
import { readLog } from '../../lib/domain/ledger/read-log.ts';
import { questionNamed } from '../../lib/domain/questions/catalogue.ts';
import { askingEngine } from '../../lib/runtime/ask-question.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RehearseAudit', env.TABLE_NAME);
const bucket = env.AUDIT_BUCKET;
const DERIVE_MS = 300_000;
const ANSWER_MS = 60_000;
const LOOK_MS = 500;

const ask = askingEngine({
  engine: athenaQuestions({ workgroup: env.QUESTIONS_WORKGROUP, database: env.QUESTIONS_DATABASE }),
  sql: (file) => questionSql(file, join(import.meta.dirname, env.SQL_FOLDER)),
  questionNamed,
  reach: () => readReach(s3HistoryObjects(env.HISTORY_BUCKET, s3)),
  isLogBeyond: isLogBeyond(bucket, s3),
  derive: async () => {
    await invokeDerive(env.DERIVE_FUNCTION, DERIVE_MS)();
  },
  // What Assay itself asks is on record as a whole.
  answered: async () => undefined,
  patience: { milliseconds: ANSWER_MS, pause: () => setTimeout(LOOK_MS), clock: Date.now },
});

const probesOf = (log: Log): Probe[] => [
  ...probedIn(log).map(({ what, key }) => ({
    what,
    expected: 'denied' as const,
    tries: () => tryToRead({ bucket: env.EVIDENCE_BUCKET, key }),
  })),
];

/** On schedule: rehearses an audit as far as the log goes, keeps the report, and puts it on record. */
export const handler = governedHandler(z.unknown(), async () => {
  const at = now();
  const logKeyPem = await kmsPublicKey(env.LOG_KEY_ID).publicKeyPem();
  const { log, checkpoints, problems } = readLog(await readLogFiles(bucket), logKeyPem);
  const keysPem = await Promise.all(env.RECORD_KEY_IDS.map((id) => kmsPublicKey(id).publicKeyPem()));
  const report = await rehearse({
    ...{ log, checkpoints, problems, ask, probes: probesOf(log), now: at },
    readEvent: (key) => readIfThere({ bucket, key }),
    records: { keysPem, read: (uri) => readIfThere(placeOf(uri)) },
  });
  const retention = { mode: env.LOCK_MODE, days: env.AUDIT_RETENTION_DAYS };
  const key = rehearsalKey(at);
  const page = new TextEncoder().encode(rehearsalPage(report));
  await putLedgerObject({ bucket, key: `${key}.md`, bytes: page, retention });
  await putLedgerObject({ bucket, key: `${key}.json`, bytes: rehearsalBytes(report), retention });
  await untilCommitted(() => store.commit(recordRehearsal(report), now()));
  return { report: `${key}.json`, failures: report.failures };
});

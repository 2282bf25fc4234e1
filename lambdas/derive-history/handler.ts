import * as z from 'zod';
import { historyFiles } from '../../lib/adapters/history/history-files.ts';
import { s3HistoryObjects } from '../../lib/adapters/history/history-objects.ts';
import { s3LogBundles } from '../../lib/adapters/history/s3-log-bundles.ts';
import { s3 } from '../../lib/adapters/s3-objects.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { deriveHistory } from '../../lib/domain/questions/derive-history.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
/** Of 1,769 MB the engine may take this. */
const LIMITS = { memoryMegabytes: 900, threads: 1 };
const files = historyFiles(s3HistoryObjects(env.HISTORY_BUCKET, s3), LIMITS);
const bundles = s3LogBundles(env.AUDIT_BUCKET, s3);

/** A run ends before its Lambda does: the next one goes on where it came to. */
const PATIENCE_MS = 12 * 60_000;

/** Every night, and when somebody asks about what is newer than the rows. */
export const handler = governedHandler(z.unknown(), async () => {
  const started = Date.now();
  const hasTime = () => Date.now() - started < PATIENCE_MS;
  return untilCommitted(() => deriveHistory({ bundles, files, hasTime }));
});

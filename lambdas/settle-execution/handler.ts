import * as z from 'zod';
import { findExecution } from '../../lib/adapters/sfn-executions.ts';
import { settleExecution } from '../../lib/domain/gate/settle-execution.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const store = releaseStoreOf('SettleExecution', readEnv(Env).TABLE_NAME);

/** Step Functions says that an execution has ended. That is a reason to look at it, and nothing more. */
const Ended = z.object({ detail: z.object({ executionArn: z.string().min(1).max(2048) }) });

export const handler = governedHandler(Ended, async ({ detail: { executionArn } }) => {
  const execution = await findExecution(executionArn);
  const recorded = execution === undefined ? [] : await settleExecution(execution, store, now);
  if (recorded.length > 0) logger.critical('an execution ended outside its definition', { executionArn, recorded });
  return { recorded };
});

import { recordCall } from '../../lib/domain/monitoring/account-call.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { CloudTrailCall, toldCall } from './told-call.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RecordAccountCalls', env.TABLE_NAME);
const directory = directoryAt(env);

/** Puts on record who changed what the deployment may do, or who may do what to it, and who signed with its keys unexpectedly. */
export const handler = governedHandler(CloudTrailCall, async (event) => {
  const call = toldCall(event, await directory());
  const outcome = await recordCall(call, store, now);
  if (outcome === 'too_many') {
    logger.critical('a call is not on record: this day has enough of them', { call: call.call, eventId: call.eventId });
  }
  return { outcome };
});

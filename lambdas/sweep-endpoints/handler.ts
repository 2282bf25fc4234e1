import * as z from 'zod';
import { isPassing } from '../../lib/adapters/aws-error.ts';
import { leaveToMinute, readSweep, writeSweepState } from '../../lib/adapters/dynamodb-sweep-state.ts';
import { configurationComparer } from '../../lib/adapters/sagemaker-deployer.ts';
import { listEndpoints } from '../../lib/adapters/sagemaker-sweep.ts';
import { timer } from '../../lib/adapters/timer.ts';
import { allOf } from '../../lib/domain/change/page.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { isOwned } from '../../lib/domain/records/endpoint.ts';
import type { WatchedEndpoint } from '../../lib/domain/records/watched-endpoint.ts';
import {
  type Listing,
  LOOKS_MS,
  type Looked,
  leftSince,
  listingOf,
  lookInTurn,
  queueOf,
  stateAfter,
} from '../../lib/domain/serving/sweep-plan.ts';
import { now } from '../../lib/runtime/clock.ts';
import { modelBucketsAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler, logThrown } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { recordVerifier } from '../../lib/runtime/record-problems.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';
import { sweepOne } from './sweep-one.ts';

const env = readEnv(Env);
const store = listingStoreOf('SweepEndpoints', env.TABLE_NAME);
const world = {
  store,
  differences: configurationComparer(env.MODEL_EXECUTION_ROLE_ARN),
  recordProblems: recordVerifier({ record: env.RECORD_KEY_IDS, decision: env.DECISION_KEY_IDS }),
  served: env,
  watched: env.WATCHED_ENDPOINTS,
  modelBuckets: modelBucketsAt(env, env.ACCOUNT_ID),
  now,
};

/** SageMaker says that an endpoint changed. That is a reason to look at it, and nothing more. */
const Changed = z.object({ detail: z.object({ EndpointName: z.string().min(1).max(63) }) });
const Minute = z.object({ source: z.literal('sweep') });

/** Every minute what was modified, every hour everything; and at once whatever SageMaker says was changed. */
export const handler = governedHandler(z.union([Minute, Changed]), async (event) =>
  'detail' in event ? { found: await hear(event.detail.EndpointName) } : sweep(),
);

const look = (name: string, mayTellStrange: boolean) => untilCommitted(() => sweepOne(name, world, mayTellStrange));

/**
 * What is found about an endpoint of no model is told by the minute, which lists it and counts how many it tells of: there are as many
 * events as somebody makes changes.
 */
const hear = async (name: string) => {
  const found = await look(name, false);
  if (found === 'again') await leaveToMinute(env.TABLE_NAME, name, now());
  return found;
};

const sweep = async () => {
  const startedAt = now();
  const { state, left: heard } = await readSweep(env.TABLE_NAME, startedAt);
  const listing = listingOf(state, startedAt);
  const [listed, deviating, owned] = await Promise.all([
    listEndpoints(listing),
    allOf((page) => store.page('watched_endpoint', page)),
    listing.kind === 'all' ? allOf((page) => store.page('endpoint', page)) : [],
  ]);
  const queue = queueOf(
    state,
    leftSince(state, heard),
    deviating.filter(isDue(listing)).map(({ endpointName }) => endpointName),
    listed,
    owned.filter(isOwned).map(({ endpointName }) => endpointName),
  );
  const { looked, left, putOff } = await lookInTurn(queue, {
    look: lookOrNote,
    nowMs: Date.now,
    pause: (ms) => timer(ms / 1000).elapsed,
    untilMs: Date.now() + LOOKS_MS,
    putOff: state?.putOff ?? [],
  });
  const next = stateAfter({ state, listing, startedAt, left, putOff });
  if (next.dropped > 0) logger.critical('endpoints are left out until the next hour', { dropped: next.dropped });
  if (putOff.length > 0)
    logger.warn('findings about endpoints of no model wait for the next minute', { putOff: putOff.length });
  await writeSweepState(env.TABLE_NAME, next);
  return { listed: listed.length, looked, left: left.length, putOff: putOff.length };
};

/** What is in quarantine is looked at until that is over; and with everything else whatever deviates, which may be deleted by now. */
const isDue =
  ({ kind }: Listing) =>
  ({ quarantine }: WatchedEndpoint): boolean =>
    kind === 'all' || quarantine?.status === 'ordered';

/** One endpoint that cannot be looked at must not keep the sweep from the others. */
const lookOrNote = async (name: string, mayTellStrange: boolean): Promise<Looked> => {
  try {
    return await look(name, mayTellStrange);
  } catch (cause) {
    logger.warn('could not look at an endpoint', { endpoint: name });
    logThrown(cause);
    return isPassing(cause) ? 'throttled' : 'again';
  }
};

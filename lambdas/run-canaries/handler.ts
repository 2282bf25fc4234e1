import * as z from 'zod';
import { invokeCanary, invokeReverification } from '../../lib/adapters/lambda-canaries.ts';
import { allReleases } from '../../lib/domain/change/page.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { newlyFailing, type RanCanary, recordCanaries, restingOn } from '../../lib/domain/gate/record-canaries.ts';
import { type JudgeAgain, reverify } from '../../lib/domain/gate/reverify.ts';
import { USING_APPROVAL } from '../../lib/domain/release/lifecycle.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { listingStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = listingStoreOf('RunCanaries', env.TABLE_NAME);

/**
 * Has every check prove itself in the code that is deployed, and puts on record what it proved. A stage that does not answer is a
 * fault: what the others proved is recorded, and Lambda tries again; after a day without an answer the gate counts its checks as
 * not proved.
 */
const runAll = async () => {
  const startedAt = now();
  const answers = await Promise.allSettled(env.CANARIES.map(runStage));
  const results = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const deployed = env.CANARIES.flatMap(({ checks }) => checks);
  await untilCommitted(async () => {
    const run = { former: await store.get('canaries'), startedAt, now: now() };
    const resting = await restingOnEach(run, newlyFailing(run.former, results));
    await store.commit(recordCanaries({ ...run, results, deployed, resting }), run.now);
  });
  const silent = answers.find((answer) => answer.status === 'rejected');
  if (silent !== undefined) throw silent.reason;
  return { ran: results.length, failing: results.flatMap(({ check, held }) => (held ? [] : [check])) };
};

/** An operator's order by way of the API: it comes here because here it is known which Lambda has the check. */
const Reverify = z.strictObject({
  reverify: z.string().min(1).max(64),
  releaseId: z.string().min(1).max(64),
  actor: z.strictObject({ id: z.string().min(1), role: z.string().min(1), auth: z.string().min(1) }),
});
const Scheduled = z.looseObject({ source: z.literal('aws.events') });

export const handler = governedHandler(z.union([Reverify, Scheduled]), async (event) => {
  if ('source' in event) return runAll();
  const { reverify: check, releaseId, actor } = event;
  const { outcome } = await reverify({ check, releaseId, actor }, { store, judge: askStage, now });
  return { outcome };
});

const askStage: JudgeAgain = (asked) => {
  const stage = env.CANARIES.find(({ checks }) => checks.includes(asked.check));
  if (stage === undefined) throw new Error(`no stage has the check ${asked.check}`);
  return invokeReverification(stage.functionArn)(asked);
};

/** One after the other: a stage with many checks is one Lambda that stays warm, and not many that start. */
const runStage = async ({ functionArn, checks }: (typeof env.CANARIES)[number]): Promise<RanCanary[]> => {
  const results: RanCanary[] = [];
  for (const check of checks) results.push(await invokeCanary(functionArn, check));
  return results;
};

/** Reads every release, which a check that begins to fail is reason enough for. */
const restingOnEach = async (run: Parameters<typeof restingOn>[1], failing: readonly RanCanary[]) => {
  if (failing.length === 0) return {};
  const releases = await allReleases(store, { states: USING_APPROVAL });
  const digests = [...new Set(releases.map(({ policySha256 }) => policySha256))];
  const policies = new Map(
    await Promise.all(digests.map(async (digest) => [digest, await store.get('policy', digest)] as const)),
  );
  const judged = releases.flatMap((release) => {
    const found = policies.get(release.policySha256);
    return found === undefined ? [] : [{ release, policy: found.policy }];
  });
  return Object.fromEntries(failing.map(({ check }) => [check, restingOn(check, run, judged)]));
};

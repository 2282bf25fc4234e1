import * as z from 'zod';
import { invokeCanary, invokeReverification } from '../../lib/adapters/lambda-canaries.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { newlyFailing, type RanCanary, recordCanaries, restingOn } from '../../lib/domain/gate/record-canaries.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('RunCanaries', env.TABLE_NAME);

/**
 * Has every check prove itself in the code that is deployed, and puts on record what it proved. A stage that does not answer is a
 * fault: nothing is recorded then, Lambda tries again, and what does not run for long is told by its alarm.
 */
const runAll = async () => {
  const results = (await Promise.all(env.CANARIES.map(runStage))).flat();
  return untilCommitted(async () => {
    const run = { former: await store.get('canaries'), now: now() };
    const resting = await restingOnEach(run, newlyFailing(run.former, results));
    await store.commit(recordCanaries({ ...run, results, resting }), run.now);
    return { ran: results.length, failing: results.flatMap(({ check, held }) => (held ? [] : [check])) };
  });
};

/** An operator's question by way of the API: it comes here because here it is known which Lambda has the check. */
const Reverify = z.strictObject({ reverify: z.string().min(1), releaseId: z.string().min(1) });
const Scheduled = z.looseObject({ source: z.literal('aws.events') });

export const handler = governedHandler(z.union([Reverify, Scheduled]), async (event) =>
  'reverify' in event ? await askStage(Reverify.parse(event)) : await runAll(),
);

const askStage = ({ reverify: check, releaseId }: z.infer<typeof Reverify>) => {
  const stage = env.CANARIES.find(({ checks }) => checks.includes(check));
  if (stage === undefined) throw new Error(`no stage has the check ${check}`);
  return invokeReverification(stage.functionArn)({ check, releaseId });
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
  const releases = await store.releases();
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

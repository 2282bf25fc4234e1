import { Hono } from 'hono/tiny';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { restingBetween } from '../../lib/domain/gate/record-canaries.ts';
import { type Reverified, reverify } from '../../lib/domain/gate/reverify.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { checkOf } from './body.ts';
import { checkNameIn, notFound, releaseIdIn } from './names.ts';
import { windowOf } from './window.ts';

/** The routes about checks: whether each can be trusted, what rests on one, and having it made again. */
export const canaryRoutes = ({ store, now, judgeAgain }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/canaries', async (context) => {
    const canaries = await store.get('canaries');
    const checks = Object.entries(canaries?.checks ?? {}).map(([check, { heldAt, failingSince, onGood, onBad }]) => ({
      check,
      status: failingSince === undefined ? 'holds' : 'fails',
      ...(heldAt === undefined ? {} : { held_at: heldAt }),
      ...(failingSince === undefined ? {} : { failing_since: failingSince }),
      on_good: onGood,
      on_bad: onBad,
    }));
    return context.json({ ...(canaries === undefined ? {} : { ran_at: canaries.ranAt }), checks });
  });
  app.get('/canaries/:check/releases', async (context) => {
    const check = checkNameIn(context.req.param('check'));
    const { from, until } = windowOf(context.req.query());
    const releases = restingBetween(await store.releases(), { from, until });
    const judged = await Promise.all(
      releases.map(async ({ releaseId, modelName, modelVersion, state }) => {
        const found = (await readChecks(store, releaseId)).find(({ name }) => name === check);
        const about = { release_id: releaseId, model_name: modelName, model_version: modelVersion, state };
        return found === undefined ? [] : [{ ...about, status: found.status, judged_at: found.timestamp }];
      }),
    );
    return context.json({ check, from, until, releases: judged.flat() });
  });
  app.post('/releases/:id/reverifications', async (context) => {
    const actor = operatorOf(context.var.caller);
    const releaseId = releaseIdIn(context.req.param('id'));
    const check = await checkOf(context.req.raw);
    if ((await store.get('release', releaseId)) === undefined) throw notFound('release', releaseId);
    const found = await reverify({ releaseId, check, actor }, { store, judge: judgeAgain, now });
    return context.json({ release_id: releaseId, check, ...viewOf(found) });
  });
  return app;
};

const viewOf = ({ statusBefore, verdict, outcome }: Reverified) => ({
  status_before: statusBefore,
  status: verdict.status,
  measured: verdict.measured,
  threshold: verdict.threshold,
  explanation: verdict.explanation,
  code_sha256: verdict.codeSha256,
  outcome,
});

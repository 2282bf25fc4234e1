import { Hono } from 'hono/tiny';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { trustIn } from '../../lib/domain/gate/canary-reasons.ts';
import { restingBetween } from '../../lib/domain/gate/record-canaries.ts';
import { assertReverifiable } from '../../lib/domain/gate/reverify.ts';
import type { Reverification } from '../../lib/domain/records/reverification.ts';
import { USING_APPROVAL } from '../../lib/domain/release/lifecycle.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { checkOf } from './body.ts';
import { checkNameIn, notFound, releaseIdIn } from './names.ts';
import { windowOf } from './window.ts';

/** The routes about checks: whether each can be trusted, what rests on one, and having it made again. */
export const canaryRoutes = ({ store, orderReverification, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/canaries', async (context) => {
    const canaries = await store.get('canaries');
    const at = now();
    const checks = Object.entries(canaries?.checks ?? {}).map(([check, state]) => {
      const { heldAt, failingSince, onGood, onBad } = state;
      return {
        check,
        status: trustIn(state, at),
        ...(heldAt === undefined ? {} : { held_at: heldAt }),
        ...(failingSince === undefined ? {} : { failing_since: failingSince }),
        on_good: onGood,
        on_bad: onBad,
      };
    });
    return context.json({ ...(canaries === undefined ? {} : { ran_at: canaries.ranAt }), checks });
  });
  app.get('/canaries/:check/releases', async (context) => {
    const check = checkNameIn(context.req.param('check'));
    const { limit, after, ...window } = context.req.query();
    const { from, until } = windowOf(window);
    const page = pageIn(queryOf(Paged, { limit, after }), ReleasePlace, RELEASES_AT_ONCE);
    const { items, next } = await store.releasePage({ states: USING_APPROVAL, order: 'oldest' }, page);
    const releases = restingBetween(items, { from, until });
    const judged = await Promise.all(
      releases.map(async ({ releaseId, modelName, modelVersion, state }) => {
        const found = (await readChecks(store, releaseId)).find(({ name }) => name === check);
        const about = { release_id: releaseId, model_name: modelName, model_version: modelVersion, state };
        return found === undefined ? [] : [{ ...about, status: found.status, judged_at: found.timestamp }];
      }),
    );
    return context.json({ check, from, until, releases: judged.flat(), ...nextOf(next) });
  });
  app.post('/releases/:id/reverifications', async (context) => {
    const actor = operatorOf(context.var.caller);
    const releaseId = releaseIdIn(context.req.param('id'));
    const check = await checkOf(context.req.raw);
    const claim = { releaseId, check, actor };
    await assertReverifiable(claim, store, now());
    const former = await store.get('reverification', releaseId, check);
    await orderReverification(claim);
    // Made again is what has another time than this one.
    return context.json({ release_id: releaseId, check, ...(former && { former_at: former.at }) }, 202);
  });
  app.get('/releases/:id/reverifications', async (context) => {
    const releaseId = releaseIdIn(context.req.param('id'));
    if ((await store.get('release', releaseId)) === undefined) throw notFound('release', releaseId);
    const made = await store.list('reverification', releaseId);
    return context.json({ release_id: releaseId, reverifications: made.map(viewOf) });
  });
  return app;
};

/** The checks of all of them are read in one call. */
const RELEASES_AT_ONCE = 50;

const viewOf = ({ check, at, by, statusBefore, status, ...found }: Reverification) => ({
  check,
  at,
  by,
  status_before: statusBefore,
  status,
  measured: found.measured,
  explanation: found.explanation,
  outcome: found.outcome,
  code_sha256: found.codeSha256,
});

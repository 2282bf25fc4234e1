import { Hono } from 'hono/tiny';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { ModelName } from '../../lib/domain/identifiers.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { type Hold, isHeld } from '../../lib/domain/records/hold.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { orderOf } from './body.ts';
import { modelNameIn } from './names.ts';
import { holdView } from './views.ts';

/** The routes about models of which nothing is promoted after a rollback, until operators say so. */
export const holdRoutes = ({ store, directory, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/holds', async (context) => {
    const models = (await store.releases()).map(({ modelName }) => modelName);
    return context.json({ holds: (await holdsOf(store, models)).map(holdView) });
  });
  app.post('/models/:model/hold/release', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, incident } = await orderOf(context.req.raw, 'the release of a hold');
    const names = namesOf(await directory(), actor.id);
    const modelName = modelNameIn(context.req.param('model'));
    const claim = { modelName, actor, names, reason, linkedIncident: incident };
    const hold = await releaseHold(claim, store, now);
    return context.json(holdView(hold), isHeld(hold) ? 202 : 200);
  });
  return app;
};

/** The holds that are not released, of these models, the longest first. */
const holdsOf = async (store: ReleaseStore, models: readonly ModelName[]): Promise<Hold[]> => {
  const holds = await Promise.all([...new Set(models)].map((model) => store.get('hold', model)));
  return holds.filter(isHeld).sort((a, b) => (a.heldSince < b.heldSince ? -1 : 1));
};

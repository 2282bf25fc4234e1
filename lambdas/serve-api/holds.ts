import { Hono } from 'hono/tiny';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { isHeld } from '../../lib/domain/records/hold.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { orderOf } from './body.ts';
import { modelNameIn } from './names.ts';
import { holdView } from './views.ts';

/** The routes about models of which nothing is promoted after a rollback, until operators say so. */
export const holdRoutes = ({ store, directory, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/holds', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ListPlace);
    const { items, next } = await store.page('hold', page);
    return context.json({ holds: items.map(holdView), ...nextOf(next) });
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

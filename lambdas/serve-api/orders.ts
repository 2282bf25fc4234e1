import { Hono } from 'hono/tiny';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf, rollbackOrderOf } from './body.ts';
import { readRollbackView } from './models.ts';
import { modelNameIn, releaseIdIn } from './names.ts';
import { releaseSummary } from './views.ts';

/** What operators may order: another attempt at a promotion, or a rollback. */
export const orderRoutes = (api: Api): Hono<Variables> => {
  const { store, directory, now } = api;
  const app = new Hono<Variables>();
  app.post('/releases/:id/promotion', async (context) => {
    const actor = operatorOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, 'a promotion');
    const releaseId = releaseIdIn(context.req.param('id'));
    const names = namesOf(await directory(), actor.id);
    const { release, outcome } = await askPromotion({ releaseId, actor, names, reason }, store, now);
    return context.json(releaseSummary(release), outcome === 'requested' ? 202 : 200);
  });
  app.post('/models/:model/rollback', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, incident, to_nothing: toNothing } = await rollbackOrderOf(context.req.raw);
    const modelName = modelNameIn(context.req.param('model'));
    const claim = { modelName, actor, reason, linkedIncident: incident, toNothing };
    const { rollback, outcome } = await askRollback(claim, store, now);
    return context.json(await readRollbackView(rollback, api), outcome === 'requested' ? 202 : 200);
  });
  return app;
};

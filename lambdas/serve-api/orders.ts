import { Hono } from 'hono/tiny';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { NOTHING } from '../../lib/domain/records/rollback.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf, rollbackOrderOf } from './body.ts';
import { operatorOf } from './caller.ts';
import { modelNameIn, releaseIdIn } from './names.ts';
import { releaseSummary, rollbackView } from './views.ts';

/** What operators may order: another attempt at a promotion, or a rollback. */
export const orderRoutes = ({ store, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.post('/releases/:id/promotion', async (context) => {
    const actor = operatorOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, 'a promotion');
    const releaseId = releaseIdIn(context.req.param('id'));
    const { release, outcome } = await askPromotion({ releaseId, actor, reason }, store, now);
    return context.json(releaseSummary(release), outcome === 'requested' ? 202 : 200);
  });
  app.post('/models/:model/rollback', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, incident, to_nothing: toNothing } = await rollbackOrderOf(context.req.raw);
    const modelName = modelNameIn(context.req.param('model'));
    const claim = { modelName, actor, reason, linkedIncident: incident, toNothing };
    const { rollback, outcome } = await askRollback(claim, store, now);
    const [from, to] = await Promise.all([
      requireFound(store.get('release', rollback.fromReleaseId), rollback.fromReleaseId),
      rollback.toReleaseId === NOTHING
        ? undefined
        : requireFound(store.get('release', rollback.toReleaseId), rollback.toReleaseId),
    ]);
    const view = rollbackView(rollback, { from: from.modelVersion, to: to?.modelVersion });
    return context.json(view, outcome === 'requested' ? 202 : 200);
  });
  return app;
};

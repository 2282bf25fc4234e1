import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { type Endpoint, endpointId, isOwned } from '../../lib/domain/records/endpoint.ts';
import { adoptEndpoint } from '../../lib/domain/serving/adopt-endpoint.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { line } from '../../lib/runtime/api-door/line.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { adoptionOf, bodyOf } from './body.ts';
import { endpointNameIn, modelNameIn, notFound } from './names.ts';
import { servedView } from './served-view.ts';
import { moveView } from './views.ts';

/** Endpoints are named as models are: SageMaker takes no other characters. */
export const Move = z.strictObject({ endpoint: ModelName, reason: line(1024) });

/** Which model an endpoint belongs to, and what operators may order: to adopt one, or to move what a model serves. */
export const endpointRoutes = ({ store, findShape, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/endpoints', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ListPlace);
    const { items, next } = await store.page('endpoint', page);
    return context.json({ endpoints: items.filter(isOwned).map(view), ...nextOf(next) });
  });
  app.get('/endpoints/:endpoint/served', async (context) => {
    const name = endpointNameIn(context.req.param('endpoint'));
    const [watched, periods] = await Promise.all([
      store.get('watched_endpoint', endpointId(name)),
      store.list('served_period', endpointId(name)),
    ]);
    if (watched === undefined) throw notFound('endpoint', name);
    return context.json(servedView(watched, periods));
  });
  app.post('/endpoints/:endpoint/adopt', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, model_name: modelName } = await adoptionOf(context.req.raw);
    const claim = { endpointName: endpointNameIn(context.req.param('endpoint')), modelName, actor, reason };
    const { endpoint, outcome } = await adoptEndpoint(claim, { store, findShape, now });
    return context.json(view(endpoint), outcome === 'adopted' ? 201 : 200);
  });
  app.post('/models/:model/endpoint/move', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { endpoint: endpointName, reason } = await moveIn(context.req.raw);
    const claim = { modelName: modelNameIn(context.req.param('model')), endpointName, actor, reason };
    const { move, outcome } = await askMove(claim, store, now);
    return context.json(moveView(move), outcome === 'requested' ? 202 : 200);
  });
  return app;
};

const moveIn = (request: Request): Promise<z.infer<typeof Move>> =>
  bodyOf(Move, request, 'a move needs an endpoint and a reason');

const view = ({ endpointName, modelName, since }: Endpoint) => ({
  endpoint_name: endpointName,
  model_name: modelName,
  since,
});

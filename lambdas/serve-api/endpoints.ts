import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import type { Api, Variables } from './api.ts';
import { jsonBody, line, violationsOf } from './body.ts';
import { actorOf } from './caller.ts';
import { modelNameIn } from './names.ts';
import { moveView } from './views.ts';

/** Endpoints are named as models are: SageMaker takes no other characters. */
const Move = z.strictObject({ endpoint: ModelName, reason: line(1024) });

/** What operators may order of endpoints: to move what a model serves to another one. */
export const endpointRoutes = ({ store, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.post('/models/:model/endpoint/move', async (context) => {
    const actor = actorOf(context.var.caller, 'operator');
    const { endpoint: endpointName, reason } = await moveIn(context.req.raw);
    const claim = { modelName: modelNameIn(context.req.param('model')), endpointName, actor, reason };
    const { move, outcome } = await askMove(claim, store, now);
    return context.json(moveView(move), outcome === 'requested' ? 202 : 200);
  });
  return app;
};

const moveIn = async (request: Request): Promise<z.infer<typeof Move>> => {
  const parsed = Move.safeParse(await jsonBody(request));
  if (parsed.success) return parsed.data;
  const faults = violationsOf(parsed.error, 'body');
  throw new Refusal('DecisionIncomplete', 'a move needs an endpoint and a reason', faults);
};

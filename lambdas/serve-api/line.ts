import { Hono } from 'hono/tiny';
import { changeLine, type LineClaim, waitingFor } from '../../lib/domain/gate/change-line.ts';
import { ALL_MODELS, isStopped, type Line } from '../../lib/domain/records/line.ts';
import { type Caller, operatorOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { lineOrderOf } from './body.ts';
import { releaseSummary } from './views.ts';

/** The routes by which operators stop promotions at once, of all models or of one, and start them again. */
export const lineRoutes = ({ store, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  const change = async (to: LineClaim['to'], caller: Caller, request: Request) => {
    const actor = operatorOf(caller);
    const what = to === 'stopped' ? 'stopping the line' : 'starting the line';
    const { reason, incident, model_name: scope = ALL_MODELS } = await lineOrderOf(request, what);
    return changeLine({ scope, to, actor, reason, linkedIncident: incident }, store, now);
  };
  app.get('/line', async (context) => {
    const models = new Set((await store.releases()).map(({ modelName }) => modelName));
    const lines = await Promise.all([ALL_MODELS, ...models].map((scope) => store.get('line', scope)));
    return context.json({
      stopped: lines.flatMap((line) => (line !== undefined && isStopped(line) ? [lineView(line)] : [])),
    });
  });
  app.post('/line/stop', async (context) =>
    context.json(lineView(await change('stopped', context.var.caller, context.req.raw))),
  );
  app.post('/line/start', async (context) => {
    const line = await change('running', context.var.caller, context.req.raw);
    const waiting = waitingFor(line.scope, await store.releases(), now());
    return context.json({ ...lineView(line), waiting: waiting.map(releaseSummary) });
  });
  return app;
};

const lineView = ({ scope, status, changed }: Line) => ({
  ...(scope === ALL_MODELS ? {} : { model_name: scope }),
  status,
  ...(changed === undefined
    ? {}
    : {
        since: changed.at,
        operator_id: changed.by,
        reason: changed.reason,
        linked_incident: changed.linkedIncident,
      }),
});

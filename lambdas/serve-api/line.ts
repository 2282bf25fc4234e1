import { Hono } from 'hono/tiny';
import { changeLine, type LineClaim, waitingFor } from '../../lib/domain/gate/change-line.ts';
import { ALL_MODELS, isStopped, type Line, type LineAct, stopsOf } from '../../lib/domain/records/line.ts';
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
    const waiting = isStopped(line) ? [] : waitingFor(line.scope, await store.releases(), now());
    return context.json({ ...lineView(line), waiting: waiting.map(releaseSummary) });
  });
  return app;
};

/** `since`, `operator_id`, `reason` and `linked_incident` are those of the last act, and `stops` all that has not been lifted. */
const lineView = (line: Line) => ({
  ...(line.scope === ALL_MODELS ? {} : { model_name: line.scope }),
  status: line.status,
  ...(line.changed === undefined ? {} : actView(line.changed)),
  stops: stopsOf(line).map(actView),
});

const actView = ({ at, by, reason, linkedIncident }: LineAct) => ({
  since: at,
  operator_id: by,
  reason,
  linked_incident: linkedIncident,
});

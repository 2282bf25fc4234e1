import { Hono } from 'hono/tiny';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { changeLine, type LineClaim, waitingFor } from '../../lib/domain/gate/change-line.ts';
import {
  ALL_MODELS,
  isStopped,
  type Line,
  type LineAct,
  type LineScope,
  stopsOf,
} from '../../lib/domain/records/line.ts';
import { type Caller, operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
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
    const page = pageIn(queryOf(Paged, context.req.query()), ListPlace, LINES_AT_ONCE);
    const { items, next } = await store.page('line', page);
    return context.json({ stopped: items.map(lineView), ...nextOf(next) });
  });
  app.post('/line/stop', async (context) =>
    context.json(lineView(await change('stopped', context.var.caller, context.req.raw))),
  );
  app.post('/line/start', async (context) => {
    const line = await change('running', context.var.caller, context.req.raw);
    const approved = isStopped(line) ? NONE : await approvedOf(line.scope, store);
    const waiting = waitingFor(line.scope, approved.releases, now());
    return context.json({ ...lineView(line), waiting: waiting.map(releaseSummary), ...approved.more });
  });
  return app;
};

/** A line is stopped for sixteen incidents at most, each with a reason of a thousand characters. */
const LINES_AT_ONCE = 10;
const APPROVED_AT_ONCE = 100;
const NONE = { releases: [], more: {} };

/** The approved releases of a scope, the first hundred, and whether there are more. */
const approvedOf = async (scope: LineScope, store: Api['store']) => {
  const model = scope === ALL_MODELS ? undefined : scope;
  const { items, next } = await store.releasePage({ model, states: ['approved'] }, { limit: APPROVED_AT_ONCE });
  const releases = await Promise.all(items.map(({ releaseId }) => store.get('release', releaseId)));
  return {
    releases: releases.flatMap((release) => release ?? []),
    more: next === undefined ? {} : { more_waiting: true },
  };
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

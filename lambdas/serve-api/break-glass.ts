import { Hono } from 'hono/tiny';
import { ListPlace } from '../../lib/domain/change/page.ts';
import {
  confirmBreakGlass,
  documentBreakGlass,
  endBreakGlass,
  requestBreakGlass,
} from '../../lib/domain/gate/ask-break-glass.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { BreakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { type BreakGlass, breakGlassStatus, isOwed } from '../../lib/domain/records/break-glass.ts';
import { type Caller, personOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { accountOf, breakGlassOrderOf, reasonOf } from './body.ts';
import { notFound, releaseIdIn } from './names.ts';

/**
 * The routes by which two people let one release past freeze windows and a stopped line. Whose roles may ask for it and confirm it
 * the deployed policy says; either of these may end and document it.
 */
export const breakGlassRoutes = ({ store, directory, breakGlassRule, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  const claimOf = async (caller: Caller, rolesOf: (rule: BreakGlassRule) => readonly string[]) => {
    const { rule, environment } = await breakGlassRule();
    const actor = personOf(caller, rolesOf(rule));
    return { actor, names: namesOf(await directory(), actor.id), rule, environment };
  };
  const either = ({ requestedBy, confirmedBy }: BreakGlassRule) => [...new Set([...requestedBy, ...confirmedBy])];
  app.get('/break-glass', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ListPlace, AT_ONCE);
    const at = now();
    const { items, next } = await store.page('break_glass', page);
    // One that nobody used is in the list until the model has another one, and of no interest once its time has passed.
    const shown = items.filter((row) => isOfNow(row, at));
    return context.json({ break_glass: shown.map((row) => breakGlassView(row, at)), ...nextOf(next) });
  });
  app.get('/releases/:id/break-glass', async (context) => {
    const releaseId = releaseIdIn(context.req.param('id'));
    const release = await store.get('release', releaseId);
    const row = release && (await store.get('break_glass', release.modelName));
    if (row?.releaseId !== releaseId) throw notFound('break-glass of', releaseId);
    return context.json(breakGlassView(row, now()));
  });
  app.post('/releases/:id/break-glass', async (context) => {
    const claim = await claimOf(context.var.caller, ({ requestedBy }) => requestedBy);
    const { reason, incident, hours } = await breakGlassOrderOf(context.req.raw);
    const releaseId = releaseIdIn(context.req.param('id'));
    const row = await requestBreakGlass({ ...claim, releaseId, reason, linkedIncident: incident, hours }, store, now);
    return context.json(breakGlassView(row, now()), row.confirmed === undefined ? 202 : 200);
  });
  app.post('/releases/:id/break-glass/confirm', async (context) => {
    const claim = await claimOf(context.var.caller, ({ confirmedBy }) => confirmedBy);
    const reason = await reasonOf(context.req.raw, 'the confirmation of a break-glass');
    const releaseId = releaseIdIn(context.req.param('id'));
    return context.json(breakGlassView(await confirmBreakGlass({ ...claim, releaseId, reason }, store, now), now()));
  });
  app.post('/releases/:id/break-glass/end', async (context) => {
    const claim = await claimOf(context.var.caller, either);
    const reason = await reasonOf(context.req.raw, 'the end of a break-glass');
    const releaseId = releaseIdIn(context.req.param('id'));
    return context.json(breakGlassView(await endBreakGlass({ ...claim, releaseId, reason }, store, now), now()));
  });
  app.post('/releases/:id/break-glass/document', async (context) => {
    const claim = await claimOf(context.var.caller, either);
    const account = await accountOf(context.req.raw);
    const releaseId = releaseIdIn(context.req.param('id'));
    return context.json(breakGlassView(await documentBreakGlass({ ...claim, releaseId, account }, store, now), now()));
  });
  return app;
};

/** Each has up to two reasons of a thousand characters. */
const AT_ONCE = 40;

/** What somebody still has to see: what waits for a second person, is open, or is owed its documentation. */
const isOfNow = (row: BreakGlass, now: Instant): boolean =>
  isOwed(row) || ['requested', 'open'].includes(breakGlassStatus(row, now));

export const breakGlassView = (row: BreakGlass, now: Instant) => ({
  model_name: row.modelName,
  number: row.number,
  release_id: row.releaseId,
  environment: row.environment,
  endpoint: row.endpointName,
  status: breakGlassStatus(row, now),
  incident: row.linkedIncident,
  requested_by: row.requested.by,
  requested_at: row.requested.at,
  reason: row.requested.reason,
  confirm_by: row.confirmBy,
  open_hours: row.openHours,
  ...(row.confirmed && {
    confirmed_by: row.confirmed.by,
    confirmed_at: row.confirmed.at,
    confirmed_because: row.confirmed.reason,
    open_until: row.confirmed.until,
  }),
  ...(row.used && { used_at: row.used.at, document_by: row.used.documentBy }),
  ...(row.ended && { ended_by: row.ended.by, ended_at: row.ended.at }),
  ...(row.documented && {
    documented_by: row.documented.by,
    documented_at: row.documented.at,
    account: row.documented.account,
  }),
  is_undocumented: isOwed(row),
});

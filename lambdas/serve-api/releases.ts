import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { readFormerDecisionsOf, withAnswered } from '../../lib/domain/change/read-former-decisions.ts';
import { readStanding } from '../../lib/domain/change/read-standing.ts';
import { ModelName, PersonId, RiskTier } from '../../lib/domain/identifiers.ts';
import { findKnown } from '../../lib/domain/intake/known-content.ts';
import { remedyOf } from '../../lib/domain/intake/remedy.ts';
import { requestRelease } from '../../lib/domain/intake/request-release.ts';
import { standingConditions } from '../../lib/domain/records/standing-conditions.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import { ReleaseState } from '../../lib/domain/release/lifecycle.ts';
import { submitterOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import { problemOf } from '../../lib/runtime/api-door/problem.ts';
import type { Api, Variables } from './api.ts';
import { jsonBody } from './body.ts';
import { notFound, releaseIdIn } from './names.ts';
import { outlookOf } from './outlook.ts';
import { releaseDiff } from './release-diff.ts';
import { eventView, listedRelease, releaseSummary, releaseView } from './views.ts';
import { inOrder, Since } from './window.ts';

/** The routes about releases: request one, and read what became of it. Machines have no others. */
export const releaseRoutes = (api: Api): Hono<Variables> => {
  const { store, world, readKept } = api;
  const app = new Hono<Variables>();
  app.post('/releases', async (context) => {
    const submitter = submitterOf(context.var.caller);
    const manifest = await jsonBody(context.req.raw);
    const answer = await requestRelease({ manifest, door: 'http_api', submitter }, await world());
    if (answer.outcome === 'refused') {
      const { code, message, faults, refusalId } = answer.refusal;
      const instance = `/v1/refusals/${refusalId}`;
      const more = { instance, refusal_id: refusalId, remedy: remedyOf(code) };
      return problemOf(new Refusal(refusalCode(code), message, faults), context, more);
    }
    return context.json(releaseSummary(answer.release), answer.outcome === 'accepted' ? 201 : 200);
  });
  app.post('/releases/known', async (context) => {
    const release = await findKnown(await jsonBody(context.req.raw), { store, directory: await api.directory() });
    if (release === undefined) throw new Refusal('NotFound', 'no release has this content');
    return context.json(releaseSummary(release));
  });
  app.get('/releases', async (context) => {
    const { limit, after, state, ...filter } = queryOf(ReleaseQuery, context.req.query());
    const page = pageIn({ limit, after }, ReleasePlace);
    const { items, next } = await store.releasePage({ ...filter, states: state && [state] }, page);
    return context.json({ releases: items.map(listedRelease), ...nextOf(next) });
  });
  app.get('/releases/:id', async (context) => {
    const releaseId = releaseIdIn(context.req.param('id'));
    const release = await store.get('release', releaseId);
    if (release === undefined) throw notFound('release', releaseId);
    const [checks, approvals, hold, events, former, kept, { met }] = await Promise.all([
      readChecks(store, release.releaseId),
      store.list('approval', release.releaseId),
      store.get('hold', release.modelName),
      store.eventsOf(release, { limit: EVENTS_AT_ONCE }),
      readFormerDecisionsOf(store, release),
      store.get('policy', release.policySha256),
      readStanding(store, release),
    ]);
    const outlook = await outlookOf(release, approvals, api);
    const decided = await withAnswered(store, release, former);
    const conditions = standingConditions(approvals, met, api.now());
    const story = { release, checks, approvals, conditions, hold, former: decided, policy: kept?.policy };
    return context.json({
      ...releaseView({ ...story, events: events.items }),
      ...(events.next === undefined ? {} : { events_next: nextOf(events.next).next }),
      ...outlook,
    });
  });
  app.get('/releases/:before/diff/:after', async (context) =>
    context.json(await releaseDiff(context.req.param(), store, readKept)),
  );
  app.get('/releases/:id/events', async (context) => {
    const releaseId = releaseIdIn(context.req.param('id'));
    const page = pageIn(queryOf(Paged, context.req.query()), Seq, EVENTS_AT_ONCE);
    const release = await store.get('release', releaseId);
    if (release === undefined) throw notFound('release', releaseId);
    const { items, next } = await store.eventsOf(release, page);
    return context.json({ events: items.map(eventView), ...nextOf(next) });
  });
  return app;
};

/** A page of these is within 200 KB: an event has a reason of a thousand characters at most. */
const EVENTS_AT_ONCE = 100;

const Seq = z.int().min(1);

/** Which releases a list is asked for. */
export const ReleaseQuery = z
  .strictObject({
    ...Paged.shape,
    model: ModelName.optional(),
    state: ReleaseState.optional(),
    tier: RiskTier.optional(),
    requester: PersonId.optional(),
    order: z.enum(['latest', 'oldest']).optional(),
    ...Since,
  })
  .superRefine(inOrder);

/** The intake stores the code of a refusal as text; only the codes of the intake are read back here. */
const refusalCode = (code: string) =>
  z
    .enum([
      'ManifestInvalid',
      'ReleaseIdTaken',
      'VersionTaken',
      'EndpointTaken',
      'PackageTaken',
      'EndpointMismatch',
      'DenialUnanswered',
      'EvidenceMissing',
      'QuorumImpossible',
    ])
    .parse(code);

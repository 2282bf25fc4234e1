import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { Hono } from 'hono/tiny';
import { refuseClaim } from '../../lib/domain/intake/request-release.ts';
import type { Refusal } from '../../lib/domain/refusal.ts';
import { MANIFEST_MAX_BYTES } from '../../lib/domain/release/manifest.ts';
import { assertReader, type Caller, callerOf, submitterOf } from '../../lib/runtime/api-door/caller.ts';
import { onlyJson } from '../../lib/runtime/api-door/media-type.ts';
import { refuseNoRoute } from '../../lib/runtime/api-door/no-such-route.ts';
import { answerOnce, committingOnce, orderingOnce } from '../../lib/runtime/api-door/once.ts';
import { problemOf } from '../../lib/runtime/api-door/problem.ts';
import { isReadByPost } from '../../lib/runtime/api-door/read-by-post.ts';
import { routedEvent } from '../../lib/runtime/api-door/routed-event.ts';
import { signerOf, whyNotSigner } from '../../lib/runtime/api-door/signer.ts';
import { isAnswered, isRead, noteReads, readerOf } from '../../lib/runtime/note-reads.ts';
import type { Api, Variables } from './api.ts';
import { approvalRoutes } from './approvals.ts';
import { jsonBody } from './body.ts';
import { breakGlassRoutes } from './break-glass.ts';
import { canaryRoutes } from './canaries.ts';
import { conditionRoutes } from './conditions.ts';
import { documentRoutes } from './document.ts';
import { endpointRoutes } from './endpoints.ts';
import { holdRoutes } from './holds.ts';
import { keyRoutes } from './keys.ts';
import { legalHoldRoutes } from './legal-holds.ts';
import { lineRoutes } from './line.ts';
import { metricsRoutes } from './metrics.ts';
import { modelRoutes } from './models.ts';
import { orderRoutes } from './orders.ts';
import { outboxRoutes } from './outbox.ts';
import { packageRoutes } from './packages.ts';
import { postureRoutes } from './posture.ts';
import { refusalRoutes } from './refusals.ts';
import { releaseRoutes } from './releases.ts';
import { renewalRoutes } from './renewals.ts';
import { reviewRoutes } from './reviews.ts';
import { settingsRoutes } from './settings.ts';

/** With a token, for everything. */
const TOKENS = '/v1';
/** With a signature of AWS, for machines. */
const SIGNATURES = '/iam/v1';

/** The HTTP API. The gateway has authenticated the caller; what the caller may do is decided here. */
export const serveApi = (surroundings: Api): Hono<Variables> => {
  const api = committing(surroundings);
  const app = new Hono<Variables>();
  app.onError((error, context) => problemOf(error, context));
  refuseNoRoute(app);
  // What a caller has already is not sent again: a page that is read every few seconds is seldom another.
  app.use(etag());
  app.use(noteReads<Variables>(api.noteRead, (context) => readerOf(context.get('caller')), isReadHere));
  app.use(bodyLimit({ maxSize: MANIFEST_MAX_BYTES, onError: (context) => problemOf(tooLarge(), context) }));
  app.use(`${TOKENS}/*`, async (context, next) => {
    const caller = callerOf(routedEvent(context.env, TOKENS), await api.directory());
    assertReader(caller);
    context.set('caller', caller);
    await next();
  });
  app.use(`${SIGNATURES}/*`, async (context, next) => {
    const caller = signerOf(routedEvent(context.env, SIGNATURES), await api.directory());
    const why = whyNotSigner(caller);
    if (why !== undefined) {
      // A request for a release is on record, also of a stranger. Reading that is refused is only answered, and logged.
      if (context.req.method === 'POST') await keepRefused(context.req.raw, caller, why, api);
      throw why;
    }
    context.set('caller', caller);
    await next();
  });
  app.use(onlyJson);
  app.use(answerOnce<Variables>({ onces: api.onces, now: api.now }));
  for (const routes of [
    releaseRoutes(api),
    refusalRoutes(api),
    modelRoutes(api),
    settingsRoutes(api),
    documentRoutes(api),
    metricsRoutes(api),
    postureRoutes(api),
  ]) {
    app.route(SIGNATURES, routes);
    app.route(TOKENS, routes);
  }
  app.route(TOKENS, approvalRoutes(api));
  app.route(TOKENS, lineRoutes(api));
  app.route(TOKENS, breakGlassRoutes(api));
  app.route(TOKENS, legalHoldRoutes(api));
  app.route(TOKENS, conditionRoutes(api));
  app.route(TOKENS, canaryRoutes(api));
  app.route(TOKENS, renewalRoutes(api));
  app.route(TOKENS, orderRoutes(api));
  app.route(TOKENS, holdRoutes(api));
  app.route(TOKENS, packageRoutes(api));
  app.route(TOKENS, endpointRoutes(api));
  app.route(TOKENS, keyRoutes(api));
  app.route(TOKENS, outboxRoutes(api));
  app.route(TOKENS, reviewRoutes(api));
  return app;
};

const isReadHere = (context: Context): boolean =>
  isRead(context) || (isAnswered(context) && isReadByPost(context.req.path));

/** Every act notes the key of its request: with its commit, or before another Lambda is asked to commit it. */
const committing = (api: Api): Api => ({
  ...api,
  store: committingOnce(api.store),
  world: async () => {
    const world = await api.world();
    return { ...world, store: committingOnce(world.store) };
  },
  renewal: (claim) => (claim.act === 'look' ? api.renewal(claim) : orderingOnce(api.renewal)(claim)),
  orderReverification: orderingOnce(api.orderReverification),
});

const keepRefused = async (request: Request, caller: Caller, why: Refusal, { world }: Api): Promise<void> => {
  const manifest = await jsonBody(request);
  await refuseClaim({ manifest, door: 'http_api', submitter: submitterOf(caller) }, why, await world());
};

const tooLarge = (): HTTPException =>
  new HTTPException(413, { message: `the body is larger than ${MANIFEST_MAX_BYTES} bytes` });

import { Hono } from 'hono/tiny';
import { askKeyRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { type Signature, signaturesIn, signedBetween } from '../../lib/domain/attestation/signature.ts';
import { allEventsOf, type OfRelease, ReleasePlace } from '../../lib/domain/change/page.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { orderOf } from './body.ts';
import { notFound, rotationIdIn } from './names.ts';
import { keyRotationView } from './views.ts';
import { windowOf } from './window.ts';

/** The routes about signing keys: re-sign with the current keys, and list what was signed when. */
export const keyRoutes = ({ store, now, keys }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.post('/key-rotations', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, incident } = await orderOf(context.req.raw, 'a key rotation');
    const { rotation, outcome } = await askKeyRotation({ actor, reason, linkedIncident: incident }, keys, store, now);
    return context.json(keyRotationView(rotation), outcome === 'requested' ? 202 : 200);
  });
  app.get('/key-rotations/:id', async (context) => {
    const rotationId = rotationIdIn(context.req.param('id'));
    const rotation = await store.get('key_rotation', rotationId);
    if (rotation === undefined) throw notFound('rotation', rotationId);
    return context.json(keyRotationView(rotation));
  });
  app.get('/signatures', async (context) => {
    const { limit, after, ...window } = context.req.query();
    const { from, until } = windowOf(window);
    const page = pageIn(queryOf(Paged, { limit, after }), ReleasePlace, RELEASES_AT_ONCE);
    const { items, next } = await store.releasePage({ order: 'oldest' }, page);
    const signatures = await Promise.all(items.map((release) => signaturesOf(release, store)));
    return context.json({ from, until, signatures: signedBetween(signatures.flat(), from, until), ...nextOf(next) });
  });
  return app;
};

/** Their events are read together. */
const RELEASES_AT_ONCE = 8;

/** Read from the ledger, because the table holds the newest signatures only. */
const signaturesOf = async (release: OfRelease, store: Api['store']): Promise<Signature[]> =>
  signaturesIn((await allEventsOf(store, release)).map(({ event }) => event));

import { Hono } from 'hono/tiny';
import { askKeyRotation } from '../../lib/domain/attestation/key-rotation.ts';
import { type Signature, signaturesIn, signedBetween } from '../../lib/domain/attestation/signature.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
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
    const { from, until } = windowOf(context.req.query());
    return context.json({ from, until, signatures: signedBetween(await allSignatures(store), from, until) });
  });
  return app;
};

/** Read from the ledger of every model that has a release, because the table holds the newest signatures only. */
const allSignatures = async (store: ReleaseStore): Promise<Signature[]> => {
  const models = new Set((await store.releases()).map(({ modelName }) => modelName));
  const chains = await Promise.all([...models].map((model) => store.events(model)));
  return chains.flatMap((chain) => signaturesIn(chain.map(({ event }) => event)));
};

import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { type LegalHoldClaim, liftLegalHold, setLegalHold } from '../../lib/domain/change/legal-hold.ts';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { isInForce, type LegalHold, LIFTED_BY } from '../../lib/domain/records/legal-hold.ts';
import { auditorOf, type Caller } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { legalOrderOf } from './body.ts';
import { modelNameIn } from './names.ts';

/** The routes by which auditors keep all that there is of a model, whatever its retention, and let it go again. */
export const legalHoldRoutes = ({ store, directory, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  const claimIn = async (model: string, caller: Caller, request: Request): Promise<LegalHoldClaim> => {
    const actor = auditorOf(caller);
    const names = namesOf(await directory(), actor.id);
    return { modelName: modelNameIn(model), actor, names, ...(await legalOrderOf(request)) };
  };
  app.get('/legal-holds', async (context) => {
    const { limit, after, model } = queryOf(LegalHoldQuery, context.req.query());
    const { items, next } = await store.legalHolds({ model }, pageIn({ limit, after }, ListPlace, AT_ONCE));
    return context.json({ legal_holds: items.map(legalHoldView), ...nextOf(next) });
  });
  app.post('/models/:model/legal-hold', async (context) => {
    const claim = await claimIn(context.req.param('model'), context.var.caller, context.req.raw);
    return context.json(legalHoldView(await setLegalHold(claim, store, now)));
  });
  app.post('/models/:model/legal-hold/lift', async (context) => {
    const claim = await claimIn(context.req.param('model'), context.var.caller, context.req.raw);
    const hold = await liftLegalHold(claim, store, now);
    return context.json(legalHoldView(hold), isInForce(hold) ? 202 : 200);
  });
  return app;
};

/** Which holds a list is asked for. */
export const LegalHoldQuery = z.strictObject({ ...Paged.shape, model: ModelName.optional() });

/** Each has up to three reasons of a thousand characters. */
const AT_ONCE = 40;

const legalHoldView = ({ modelName, matter, status, set, lifting, liftedAt }: LegalHold) => ({
  model_name: modelName,
  matter,
  status,
  set_by: set.by,
  set_at: set.at,
  reason: set.reason,
  people_needed: LIFTED_BY,
  lifting: lifting.map(({ by, at, reason }) => ({ person_id: by, timestamp: at, reason })),
  ...(liftedAt === undefined ? {} : { lifted_at: liftedAt }),
});

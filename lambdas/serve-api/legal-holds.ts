import { Hono } from 'hono/tiny';
import { type LegalHoldClaim, liftLegalHold, setLegalHold } from '../../lib/domain/change/legal-hold.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { isInForce, type LegalHold, LIFTED_BY } from '../../lib/domain/records/legal-hold.ts';
import { auditorOf, type Caller } from '../../lib/runtime/api-door/caller.ts';
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
  app.get('/legal-holds', async (context) =>
    context.json({ legal_holds: (await store.list('legal_hold')).filter(isInForce).map(legalHoldView) }),
  );
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

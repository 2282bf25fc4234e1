import { Hono } from 'hono/tiny';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import type { RegistryDrift } from '../../lib/domain/records/registry-drift.ts';
import { settlePackage } from '../../lib/domain/serving/settle-package.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { orderOf } from './body.ts';
import { releaseIdIn } from './names.ts';

/** The route by which a person says that what was done to a package by hand has been dealt with. */
export const packageRoutes = ({ store, directory, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.post('/releases/:id/package/settle', async (context) => {
    const actor = operatorOf(context.var.caller);
    const { reason, incident } = await orderOf(context.req.raw, 'the settlement of a package');
    const names = namesOf(await directory(), actor.id);
    const releaseId = releaseIdIn(context.req.param('id'));
    const { drift } = await settlePackage({ releaseId, actor, names, reason, linkedIncident: incident }, store, now);
    return context.json(driftView(drift));
  });
  return app;
};

const driftView = ({ releaseId, modelPackageArn, kind, foundAt, settledAt, settledBy }: RegistryDrift) => ({
  release_id: releaseId,
  model_package_arn: modelPackageArn,
  kind,
  found_at: foundAt,
  settled_at: settledAt,
  settled_by: settledBy,
});

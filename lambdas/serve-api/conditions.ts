import { Hono } from 'hono/tiny';
import { meetCondition } from '../../lib/domain/approval/meet-condition.ts';
import { readStanding } from '../../lib/domain/change/read-standing.ts';
import { type StandingCondition, standingConditions } from '../../lib/domain/records/standing-conditions.ts';
import { identityOf } from '../../lib/runtime/api-door/caller.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf } from './body.ts';
import { conditionIdIn, notFound, releaseIdIn } from './names.ts';

/** The routes about what an approval was given on condition of. Whose a condition is, the domain decides by its decision. */
export const conditionRoutes = ({ store, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/releases/:id/conditions', async (context) => {
    const releaseId = releaseIdIn(context.req.param('id'));
    const release = await store.get('release', releaseId);
    if (release === undefined) throw notFound('release', releaseId);
    const [approvals, { met }] = await Promise.all([store.list('approval', releaseId), readStanding(store, release)]);
    return context.json({ conditions: standingConditions(approvals, met, now()).map(conditionView) });
  });
  app.post('/releases/:id/conditions/:condition/met', async (context) => {
    const { id } = identityOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, 'a condition that is met');
    const releaseId = releaseIdIn(context.req.param('id'));
    const conditionId = conditionIdIn(context.req.param('condition'));
    const claim = { releaseId, conditionId, actor: { id, auth: 'jwt' }, reason };
    const { condition } = await meetCondition(claim, store, now);
    return context.json(conditionView(condition));
  });
  return app;
};

export const conditionView = ({
  conditionId,
  condition,
  approverId,
  approverRole,
  status,
  met,
}: StandingCondition) => ({
  condition_id: conditionId,
  text: condition.text,
  owner_id: condition.owner_id,
  due_at: condition.due_at,
  approver_id: approverId,
  approver_role: approverRole,
  status,
  ...(met && { met_by: met.metBy, met_as: met.metAs, met_at: met.metAt, reason: met.reason }),
});

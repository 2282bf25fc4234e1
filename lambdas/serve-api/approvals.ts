import { Hono } from 'hono/tiny';
import { withdrawRequest } from '../../lib/domain/approval/withdraw.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf } from './body.ts';
import { identityOf, isOperator } from './caller.ts';
import { requestIdIn } from './names.ts';
import { releaseSummary } from './views.ts';

/** The routes about what people are asked. Decisions are not among them: people make those on the page behind their link. */
export const approvalRoutes = ({ store, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.post('/approvals/:id/withdrawal', async (context) => {
    const { caller } = context.var;
    const reason = await reasonOf(context.req.raw, 'a withdrawal');
    const by = { actorId: identityOf(caller).id, actorAuth: 'jwt', isOperator: isOperator(caller) };
    const { release } = await withdrawRequest({ id: requestIdIn(context.req.param('id')), reason, ...by }, store, now);
    return context.json({ ...releaseSummary(release), reasons: release.reasons });
  });
  return app;
};

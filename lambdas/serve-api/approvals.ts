import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { remindPeople, resendMails } from '../../lib/domain/approval/resend.ts';
import { withdrawRequest } from '../../lib/domain/approval/withdraw.ts';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { identityOf, isOperator, operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf } from './body.ts';
import { requestIdIn } from './names.ts';
import { requestView } from './outlook.ts';
import { releaseSummary } from './views.ts';

/** The routes about what people are asked. Decisions are not among them: people make those on the page behind their link. */
export const approvalRoutes = (api: Api): Hono<Variables> => {
  const { store, directory, now } = api;
  const app = new Hono<Variables>();
  app.get('/approvals', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ReleasePlace, WAITING_AT_ONCE);
    const { items, next } = await store.releasePage({ states: ['validated'], order: 'oldest' }, page);
    const views = await Promise.all(items.map((release) => waitingView(release, store)));
    return context.json({ approvals: views.flat(), ...nextOf(next) });
  });
  const send = async (context: Context<Variables>, act: typeof resendMails, what: string) => {
    const actor = operatorOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, what);
    const id = requestIdIn(context.req.param('id') ?? '');
    const { release, about, people } = await act({ id, actor, reason }, { store, directory, now });
    return context.json({ ...releaseSummary(release), about, people }, 202);
  };
  app.post('/approvals/:id/resend', (context) => send(context, resendMails, 'sending again'));
  app.post('/approvals/:id/reminder', (context) => send(context, remindPeople, 'a reminder'));
  app.post('/approvals/:id/withdrawal', async (context) => {
    const { caller } = context.var;
    const reason = await reasonOf(context.req.raw, 'a withdrawal');
    const by = { actorId: identityOf(caller).id, actorAuth: 'jwt', isOperator: isOperator(caller) };
    const { release } = await withdrawRequest({ id: requestIdIn(context.req.param('id')), reason, ...by }, store, now);
    return context.json({ ...releaseSummary(release), reasons: release.reasons });
  });
  return app;
};

/** Each with its request and decisions, which are read together. */
const WAITING_AT_ONCE = 25;

/** One request, or none: the machine of a validated release may not have asked anybody yet. */
const waitingView = async (release: ReleaseSummary, store: Api['store']) => {
  const [request, approvals] = await Promise.all([
    release.approvalRequestId === undefined ? undefined : store.get('request', release.approvalRequestId),
    store.list('approval', release.releaseId),
  ]);
  if (request?.status !== 'pending') return [];
  return [{ ...releaseSummary(release), since: request.createdAt, ...requestView(request, approvals) }];
};

import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { ParkedPlace } from '../../lib/adapters/dynamodb-parked.ts';
import { type ParkedIntent, type RedriveClaim, redriveParked } from '../../lib/domain/change/redrive.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf } from './body.ts';

/** The routes about side effects that failed for good, and wait for a person: mails, starts of machines, shipped events. */
export const outboxRoutes = ({ store, parked, parkedAt, parkedPage, now }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/outbox/parked', async (context) => {
    const { items, next } = await parkedPage(pageIn(queryOf(Paged, context.req.query()), ParkedPlace));
    return context.json({ parked: items.map(view), ...nextOf(next) });
  });
  const redrive = async (context: Context<Variables>, rows: RedriveClaim['rows']) => {
    const actor = operatorOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, 'a redrive');
    const redriven = await redriveParked({ actor, reason, rows }, { store, parked, parkedAt, now });
    return context.json({ redriven: redriven.map(view) }, redriven.length === 0 ? 200 : 202);
  };
  app.post('/outbox/redrive', (context) => redrive(context, 'all'));
  app.post('/outbox/parked/:row/redrive', (context) => redrive(context, [context.req.param('row')]));
  return app;
};

const view = ({ rowId, kind, chain, about, attempts, lastError, parkedAt }: ParkedIntent) => ({
  row_id: rowId,
  kind,
  chain,
  about,
  attempts,
  last_error: lastError,
  ...(parkedAt === undefined ? {} : { parked_at: parkedAt }),
});

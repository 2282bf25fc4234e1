import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { ParkedPlace } from '../../lib/adapters/dynamodb-parked.ts';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import { approvalsPage, outboxPage, refusalsPage } from '../../lib/web/console/lists-page.ts';
import { readWaiting } from './read-now.ts';
import { type Reading, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

/** As many as anybody reads at once. */
const AT_ONCE = 25;

/** What a page of a list is asked for. A field that was left empty is not asked for. */
const ListQuery = z.strictObject({ after: Paged.shape.after });
const RefusalQuery = ListQuery.extend({
  model: z.union([z.literal('').transform(() => undefined), ModelName]).optional(),
});

/** What people are asked, what was refused, and what is parked: for everybody who may read. */
export const listRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const { fleet, store } = world;
  const app = new Hono<Reading>();
  app.get('/approvals', reading(world), async (c) => {
    const [page, approved] = await Promise.all([
      fleet.waiting('validated', c.req.query('after')),
      fleet.waiting('approved'),
    ]);
    const waiting = await readWaiting([...page.releases, ...approved.releases], c.var, world);
    return c.html(approvalsPage(waiting, { people: page.next }, c.var.viewer));
  });
  app.get('/refusals', reading(world), async (c) => {
    const { after, model } = queryOf(RefusalQuery, c.req.query());
    const { items, next } = await store.page('refusal', {
      ...pageIn({ after }, ListPlace, AT_ONCE),
      claimedModel: model,
    });
    return c.html(refusalsPage(items, { model, ...nextOf(next) }, c.var.viewer));
  });
  app.get('/outbox', reading(world), async (c) => {
    const { items, next } = await fleet.parkedPage(pageIn(queryOf(ListQuery, c.req.query()), ParkedPlace, AT_ONCE));
    return c.html(outboxPage(items, nextOf(next), c.var.viewer));
  });
  return app;
};

import { Hono } from 'hono/tiny';
import { approvalsPage, outboxPage, refusalsPage } from '../../lib/web/console/lists-page.ts';
import { readWaiting } from './read-now.ts';
import { type Reading, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

/** As many as anybody reads; the API has all of them. */
const REFUSALS_SHOWN = 50;

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
    const { items } = await store.page('refusal', { limit: REFUSALS_SHOWN });
    return c.html(refusalsPage(items, c.var.viewer));
  });
  app.get('/outbox', reading(world), async (c) => c.html(outboxPage(await fleet.parked(), c.var.viewer)));
  return app;
};

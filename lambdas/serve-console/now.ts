import { Hono } from 'hono/tiny';
import { nowPage } from '../../lib/web/console/now-page.ts';
import { readNow } from './read-now.ts';
import { type Reading, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

/** The first page, for everybody who may read. */
export const nowRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), async (c) => {
    const { directory, viewer } = c.var;
    return c.html(nowPage(await readNow(world, { directory, viewer, after: c.req.query('after') }), viewer));
  });
  return app;
};

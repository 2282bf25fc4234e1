/** Every model, with who answers for it and whether what it serves is governed (RR-13, ST-3). */
import { Hono } from 'hono/tiny';
import { inventoryCsv, inventoryPage, inventoryRecord } from '../../lib/web/console/inventory-page.ts';
import { type Inventory, readInventory, readWholeInventory } from './read-inventory.ts';
import { type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const inventoryRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  const whole = (c: ReadingContext) => readWholeInventory(world, c.var.viewer.now, c.req.query('after'));
  app.get('/', reading(world), async (c) =>
    c.html(inventoryPage(await readInventory(world, c.var.viewer.now, c.req.query('after')), c.var.viewer)),
  );
  app.get('/json', reading(world), async (c) => {
    const { rows, next, measuredAt } = await whole(c);
    sayAsFile(c, 'json', next, world);
    return c.json({
      at: c.var.viewer.now,
      ...(measuredAt === undefined ? {} : { measured_at: measuredAt }),
      models: rows.map(inventoryRecord),
      is_whole: next === undefined,
      ...(next === undefined ? {} : { next }),
    });
  });
  app.get('/csv', reading(world), async (c) => {
    const { rows, next, measuredAt } = await whole(c);
    sayAsFile(c, 'csv', next, world);
    return c.body(inventoryCsv(rows, { at: c.var.viewer.now, measuredAt }), 200, {
      'Content-Type': 'text/csv; charset=utf-8',
    });
  });
  return app;
};

/** A file that has not all of it says so by its name, and a program finds the rest by the link. */
const sayAsFile = (
  c: ReadingContext,
  ending: string,
  next: Inventory['next'],
  { publicBaseUrl }: ConsoleWorld,
): void => {
  const isWhole = next === undefined && c.req.query('after') === undefined;
  c.header('Content-Disposition', `attachment; filename="${isWhole ? 'inventory' : 'inventory-part'}.${ending}"`);
  if (next === undefined) return;
  c.header('Link', `<${publicBaseUrl}/console/inventory/${ending}?after=${encodeURIComponent(next)}>; rel="next"`);
};

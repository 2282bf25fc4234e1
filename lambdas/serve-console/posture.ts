/** How mature the governance of each model is, and what enforcing everything would have stopped (CO-6, CO-7). */
import { Hono } from 'hono/tiny';
import type { Posture } from '../../lib/domain/gate/posture.ts';
import { readPosture } from '../../lib/runtime/read-posture.ts';
import { type PosturesPage, postureFile, posturePage } from '../../lib/web/console/posture-page.ts';
import { allPages } from './all-pages.ts';
import { readModels } from './models-page.ts';
import { readServed, type Served } from './read-served.ts';
import { type Reading, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const postureRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), async (c) => {
    const { now } = c.var.viewer;
    return c.html(posturePage(await postureIn(await readAround(world, now), c.req.query('after')), c.var.viewer));
  });
  app.get('/json', reading(world), async (c) => {
    const { now } = c.var.viewer;
    const around = await readAround(world, now);
    const whole = await allPages((after) => postureIn(around, after), c.req.query('after'), { now, world });
    c.header('Content-Disposition', `attachment; filename="posture${whole.next === undefined ? '' : '-part'}.json"`);
    return c.json(postureFile({ at: now, ...whole }));
  });
  return app;
};

/** What all pages have in common. */
const readAround = async (world: ConsoleWorld, now: ReturnType<ConsoleWorld['now']>) => {
  const [look, log] = await Promise.all([world.fleet.lastLook(), world.fleet.log()]);
  return { look, log, now, world };
};
type Around = Awaited<ReturnType<typeof readAround>>;

const postureIn = async (around: Around, after: string | undefined): Promise<PosturesPage> => {
  const { names, next } = await readModels(around.world, around.look, after);
  const served = await readServed(names, around.world);
  const rows = await Promise.all(served.map((one) => postureOf(one, around)));
  return { rows: rows.filter((one) => one !== undefined), next };
};

/** None of a model that serves nothing: it has come nowhere yet. */
const postureOf = async (
  { release, approvals }: Served,
  { log, now, world: { store } }: Around,
): Promise<Posture | undefined> => release && readPosture(release, approvals, { store, log, now });

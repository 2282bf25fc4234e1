/** How mature the governance of each model is, and what enforcing everything would have stopped (CO-6, CO-7). */
import { Hono } from 'hono/tiny';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { maturityOf } from '../../lib/domain/gate/maturity.ts';
import { replayEnforced } from '../../lib/domain/gate/replay-enforced.ts';
import { type Posture, type PostureRow, postureFile, posturePage } from '../../lib/web/console/posture-page.ts';
import { allPages } from './all-pages.ts';
import { readModels } from './models-page.ts';
import { readServed, type Served } from './read-served.ts';
import { type Reading, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const postureRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), async (c) => {
    const { now } = c.var.viewer;
    return c.html(posturePage(await readPosture(await readAround(world, now), c.req.query('after')), c.var.viewer));
  });
  app.get('/json', reading(world), async (c) => {
    const { now } = c.var.viewer;
    const around = await readAround(world, now);
    const whole = await allPages((after) => readPosture(around, after), c.req.query('after'), { now, world });
    c.header('Content-Disposition', `attachment; filename="posture${whole.next === undefined ? '' : '-part'}.json"`);
    return c.json(postureFile({ at: now, ...whole }));
  });
  return app;
};

/** What all pages have in common. */
const readAround = async (world: ConsoleWorld, now: ReturnType<ConsoleWorld['now']>) => {
  const [look, log] = await Promise.all([world.fleet.lastLook(), world.fleet.log()]);
  return { look, now, world, log: log && { size: log.tree.size, isPublished: log.published } };
};
type Around = Awaited<ReturnType<typeof readAround>>;

const readPosture = async (around: Around, after: string | undefined): Promise<Posture> => {
  const { names, next } = await readModels(around.world, around.look, after);
  const served = await readServed(names, around.world);
  const rows = await Promise.all(served.map((one) => rowsOf(one, around)));
  return { rows: rows.flat(), next };
};

/** None of a model that serves nothing: it has come nowhere yet. */
const rowsOf = async (
  { modelName, release, approvals }: Served,
  { log, now, world: { store } }: Around,
): Promise<PostureRow[]> => {
  if (release === undefined) return [];
  const { releaseId, modelVersion, policySha256 } = release;
  const [kept, checks, attestations] = await Promise.all([
    store.get('policy', policySha256),
    readChecks(store, releaseId),
    store.list('attestation', releaseId),
  ]);
  const attested = attestations.map(({ stage }) => stage);
  const maturity = maturityOf({ release, policy: kept?.policy, approvals, attested, log, now });
  return [
    { modelName, releaseId, modelVersion, maturity, enforced: kept && replayEnforced(release, kept.policy, checks) },
  ];
};

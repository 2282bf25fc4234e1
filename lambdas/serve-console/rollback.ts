/** The order that takes a model back, how far it is, and the hold that follows: by the functions that the API orders by. */
import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { inForce } from '../../lib/domain/approval/in-force.ts';
import { readForce } from '../../lib/domain/approval/read-force.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import { isUnderWay, NOTHING, rollbackId } from '../../lib/domain/records/rollback.ts';
import { Refusal } from '../../lib/domain/refusal.ts';
import type { Reason, Release } from '../../lib/domain/release/release.ts';
import { askRollback, fallbackOf, servingOf } from '../../lib/domain/serving/ask-rollback.ts';
import { fallbackReasons } from '../../lib/domain/serving/fallback-reasons.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { readStrategyUnderWay } from '../../lib/domain/serving/strategy-under-way.ts';
import { wholeNumber } from '../../lib/domain/whole-number.ts';
import { IN_OUR_WORDS } from '../../lib/domain/wording.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { line } from '../../lib/runtime/api-door/line.ts';
import { holdPath, modelPath } from '../../lib/web/console/frame.ts';
import { NOT_TYPED, type Typed } from '../../lib/web/console/order-form.ts';
import { holdPage, progressPage } from '../../lib/web/console/progress-page.ts';
import { type RollbackView, rollbackPage, type Side, type Took } from '../../lib/web/console/rollback-page.ts';
import { formTokenOf } from '../../lib/web/session/form-token.ts';
import { givenIn, nameIn } from './read-served.ts';
import { formOf, type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

export const rollbackRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/:model/rollback', reading(world), async (c) => c.html(await askPage(c, NOT_TYPED, world)));
  app.post('/:model/rollback', reading(world), (c) => order(c, world));
  app.get('/:model/rollbacks/:epoch', reading(world), (c) => watch(c, world));
  app.get('/:model/hold', reading(world), async (c) => c.html(await heldPage(c, NOT_TYPED, world)));
  app.post('/:model/hold', reading(world), (c) => consent(c, world));
  return app;
};

export const modelIn = (c: ReadingContext): ModelName => {
  const name = ModelName.safeParse(c.req.param('model'));
  if (!name.success) throw new Refusal('NotFound', 'there is no model of this name');
  return name.data;
};

const askPage = async (c: ReadingContext, typed: Typed, world: ConsoleWorld) => {
  const { viewer, token } = c.var;
  return rollbackPage({ ...(await readRollback(c, world)), typed, formToken: formTokenOf(token, c.req.path) }, viewer);
};

const readRollback = async (
  c: ReadingContext,
  { store, fleet, now }: ConsoleWorld,
): Promise<Omit<RollbackView, 'typed' | 'formToken'>> => {
  const modelName = modelIn(c);
  const [{ pointer, current, earlier }, events, strategy] = await Promise.all([
    servingOf(modelName, store),
    fleet.latestEvents(modelName, EVENTS_SHOWN),
    readStrategyUnderWay(modelName, store, now()),
  ]);
  const fallbackId = fallbackOf(pointer);
  const fallback =
    fallbackId === undefined ? undefined : await requireFound(store.get('release', fallbackId), fallbackId);
  const sideOf = async (release: Release): Promise<Side> => {
    const [approvals, checks] = await Promise.all([
      store.list('approval', release.releaseId),
      readChecks(store, release.releaseId),
    ]);
    return { release, checks, approvals: givenIn(approvals, c.var.directory) };
  };
  const [own, other, reasons] = await Promise.all([
    sideOf(current),
    fallback === undefined ? undefined : sideOf(fallback),
    fallback === undefined ? [] : readLapses(fallback, { modelName, store, now: now() }),
  ]);
  const underWay = isUnderWay(earlier) ? earlier : undefined;
  return {
    modelName,
    pointer,
    current: own,
    fallback: other,
    reasons,
    underWay,
    strategy,
    took: tookIn(events.map(({ event }) => event)),
  };
};

const EVENTS_SHOWN = 200;
const Epoch = wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER });

type About = Pick<ConsoleWorld, 'store'> & {
  readonly modelName: ModelName;
  readonly now: ReturnType<ConsoleWorld['now']>;
};

/** What the machine asks of the fallback, as far as rows say it: bytes and SageMaker are asked by the machine alone. */
const readLapses = async (fallback: Release, { modelName, store, now }: About): Promise<Reason[]> => {
  const force = await readForce(store, fallback);
  return [...fallbackReasons({ modelName }, fallback), ...inForce({ ...force, release: fallback, now }).reasons];
};

/** From the order to the flip, of the rollbacks among these events, the latest first. */
const tookIn = (events: readonly SealedEvent['event'][]): Took[] =>
  events
    .filter(({ event_type: type }) => type === 'rollback_executed')
    .flatMap(({ timestamp, idempotency_key: key }) => {
      const order = events.find(
        (event) => event.event_type === 'rollback_requested' && key.startsWith(`${event.idempotency_key}:`),
      );
      return order === undefined ? [] : [{ from: order.timestamp, to: timestamp }];
    })
    .slice(0, 3);

const orderIn = (modelName: ModelName) =>
  z.object({
    reason: line(1024),
    incident: line(256),
    confirmation: z.string().refine((typed) => typed.trim() === modelName, 'is not the name of the model'),
  });

/** What was typed, or what is wrong with it. */
const readOrder = (
  form: URLSearchParams,
  modelName: ModelName,
): { order: z.infer<ReturnType<typeof orderIn>> } | { typed: Typed } => {
  const read = orderIn(modelName).safeParse(Object.fromEntries(form), IN_OUR_WORDS);
  if (read.success) return { order: read.data };
  return {
    typed: {
      fields: form,
      faults: read.error.issues.map(({ path, message }) => ({ field: String(path[0]), problem: message })),
    },
  };
};

const order = async (c: ReadingContext, world: ConsoleWorld): Promise<Response> => {
  const modelName = modelIn(c);
  const actor = operatorOf(c.var.caller);
  const form = await formOf(c, world);
  // What was looked at is what is taken back: if something else serves by now, nothing is ordered.
  const { data: epoch } = Epoch.safeParse(form.get('epoch'));
  const pointer = await world.store.get('pointer', modelName);
  if (epoch === undefined || epoch !== pointer?.epoch)
    throw new Refusal('RollbackImpossible', `${modelName} serves something else since`);
  const read = readOrder(form, modelName);
  if ('typed' in read) return c.html(await askPage(c, read.typed, world), 422);
  const { reason, incident } = read.order;
  const claim = { modelName, actor, reason, linkedIncident: incident, toNothing: form.get('to') === 'nothing', epoch };
  const { rollback } = await askRollback(claim, world.store, world.now);
  return c.redirect(`${world.publicBaseUrl}${modelPath(modelName)}/rollbacks/${rollback.epoch}`, 303);
};

const watch = async (c: ReadingContext, { store, fleet, now }: ConsoleWorld): Promise<Response> => {
  const modelName = modelIn(c);
  const epoch = Epoch.safeParse(c.req.param('epoch'));
  const [rollback, hold, events] = await Promise.all([
    epoch.success ? store.get('rollback', rollbackId(modelName, epoch.data)) : undefined,
    store.get('hold', modelName),
    fleet.latestEvents(modelName, EVENTS_SHOWN),
  ]);
  if (rollback === undefined) throw new Refusal('NotFound', 'there is no such rollback');
  const [from, to, strategy] = await Promise.all([
    store.get('release', rollback.fromReleaseId),
    rollback.toReleaseId === NOTHING ? undefined : store.get('release', rollback.toReleaseId),
    isUnderWay(rollback) ? readStrategyUnderWay(modelName, store, now()) : undefined,
  ]);
  const isRefreshed = isUnderWay(rollback) && c.req.query('still') === undefined;
  if (isRefreshed) c.header('Refresh', '3');
  const own = events.map(({ event }) => event).filter(({ idempotency_key: key }) => isOf(rollback.rollbackId, key));
  const view = {
    ...{ rollback, strategy, isRefreshed, nameOf: (id: string) => nameIn(c.var.directory, id) },
    versions: { from: from?.modelVersion ?? rollback.fromReleaseId, to: to?.modelVersion },
    events: own.toReversed(),
    hold: hold?.rollbackId === rollback.rollbackId ? hold : undefined,
  };
  return c.html(progressPage(view, c.var.viewer));
};

const isOf = (id: string, key: string): boolean => key === id || key.startsWith(`${id}:`);

const heldPage = async (c: ReadingContext, typed: Typed, { store }: ConsoleWorld) => {
  const { viewer, token, directory } = c.var;
  const hold = await store.get('hold', modelIn(c));
  if (hold === undefined) throw new Refusal('NotFound', 'the model was never held');
  const rollback = await store.get('rollback', hold.rollbackId);
  return holdPage(
    { hold, rollback, typed, formToken: formTokenOf(token, c.req.path), nameOf: (id) => nameIn(directory, id) },
    viewer,
  );
};

const consent = async (c: ReadingContext, world: ConsoleWorld): Promise<Response> => {
  const modelName = modelIn(c);
  const actor = operatorOf(c.var.caller);
  const form = await formOf(c, world);
  // What was looked at is what is released: another rollback may have held the model since.
  const hold = await world.store.get('hold', modelName);
  if (form.get('rollback') !== hold?.rollbackId)
    throw new Refusal('RollbackImpossible', `another rollback holds ${modelName} since`);
  const read = readOrder(form, modelName);
  if ('typed' in read) return c.html(await heldPage(c, read.typed, world), 422);
  const { reason, incident } = read.order;
  const names = namesOf(c.var.directory, actor.id);
  await releaseHold({ modelName, actor, names, reason, linkedIncident: incident }, world.store, world.now);
  return c.redirect(`${world.publicBaseUrl}${holdPath(modelName)}`, 303);
};

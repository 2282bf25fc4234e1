import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { inventoryIn, modelsIn } from '../../lib/domain/metrics/inventory.ts';
import { GOVERNANCE_STATUSES, type GovernanceStatus } from '../../lib/domain/metrics/served-facts.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { isMoving } from '../../lib/domain/records/endpoint-move.ts';
import { isHeld } from '../../lib/domain/records/hold.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { isUnderWay, NOTHING, type Rollback } from '../../lib/domain/records/rollback.ts';
import { isDeviating } from '../../lib/domain/records/watched-endpoint.ts';
import { Unavailable } from '../../lib/domain/refusal.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { fallbackOf, type Serving, servingOf } from '../../lib/domain/serving/ask-rollback.ts';
import { readStrategyUnderWay, type StrategyUnderWay } from '../../lib/domain/serving/strategy-under-way.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import { logger } from '../../lib/runtime/logger.ts';
import type { Api, Variables } from './api.ts';
import { modelNameIn, notFound } from './names.ts';
import { outlookOf } from './outlook.ts';
import { deviationsView } from './served-view.ts';
import { holdView, moveView, releaseSummary, rollbackView } from './views.ts';

/** The states of a release that may still go to production. */
const COMING = ['draft', 'validated', 'approved'] as const;
/** The latest of them: each is shown with all that it waits for. */
const COMING_MAX = 10;

/** The routes about models: which there are; and of one, what serves, since when and until when, what comes next, and the way back. */
export const modelRoutes = (api: Api): Hono<Variables> => {
  const { store, lastLook, now } = api;
  const app = new Hono<Variables>();
  app.get('/models', async (context) => {
    const { limit, after, ...filter } = queryOf(ModelQuery, context.req.query());
    const page = pageIn({ limit, after }, ModelName, MODELS_AT_ONCE);
    const look = await readLook(lastLook);
    const inventory = look && inventoryIn(look, now());
    const isFiltered = filter.governance !== undefined || filter.owner !== undefined;
    // That nothing was found where nobody has looked would read as if all were well.
    if (isFiltered && inventory === undefined) throw new Unavailable(NO_LOOK);
    const { items, next } =
      isFiltered && inventory !== undefined
        ? pageOf(modelsIn(inventory, filter, page.after), page.limit)
        : await store.models(page);
    const models = await Promise.all(
      items.map((modelName) => modelView(modelName, inventory?.get(modelName)?.status, store)),
    );
    return context.json({ models, ...(look && { measured_at: look.at }), ...nextOf(next) });
  });
  app.get('/models/:model', async (context) => {
    const modelName = modelNameIn(context.req.param('model'));
    const [{ items: known }, open, pointer, hold] = await Promise.all([
      store.releasePage({ model: modelName }, { limit: 1 }),
      store.releasePage({ model: modelName, states: COMING }, { limit: COMING_MAX }),
      store.get('pointer', modelName),
      store.get('hold', modelName),
    ]);
    if (known.length === 0) throw notFound('model', modelName);
    const [coming, serving] = await Promise.all([
      comingOf(open.items, api),
      isServing(pointer) ? servingView(modelName, api) : {},
    ]);
    return context.json({
      model_name: modelName,
      ...serving,
      coming,
      ...(open.next === undefined ? {} : { more_coming: true }),
      ...(isHeld(hold) ? { hold: holdView(hold) } : {}),
    });
  });
  return app;
};

const NO_LOOK = 'could not list: the governance of what serves has not been measured, or its last look cannot be read';

/** The last look. One that cannot be read is none: names, what serves and holds are in rows of their own. */
const readLook = (lastLook: Api['lastLook']): ReturnType<Api['lastLook']> =>
  lastLook().catch((cause: Error) => {
    logger.error('could not read the last look', cause);
    return undefined;
  });

/** Of each, the row of what serves and that of its hold are read, all in one call. */
const MODELS_AT_ONCE = 50;

/** Which models a list is asked for. */
export const ModelQuery = z.strictObject({
  ...Paged.shape,
  governance: z.enum(GOVERNANCE_STATUSES).optional(),
  owner: z.string().max(256).optional(),
});

const pageOf = (names: readonly string[], limit: number) => ({
  items: names.slice(0, limit),
  next: names.length > limit ? names[limit - 1] : undefined,
});

const modelView = async (modelName: string, status: GovernanceStatus | undefined, store: Api['store']) => {
  const [pointer, hold] = await Promise.all([store.get('pointer', modelName), store.get('hold', modelName)]);
  return {
    model_name: modelName,
    ...(isServing(pointer)
      ? { production: { release_id: pointer.releaseId, endpoint: pointer.endpointName, since: pointer.since } }
      : {}),
    ...(status === undefined ? {} : { governance_status: status }),
    is_held: isHeld(hold),
  };
};

/** What may go to production next, the latest first, with what each waits for. */
const comingOf = async (latestFirst: readonly ReleaseSummary[], api: Api) =>
  Promise.all(
    latestFirst.map(async ({ releaseId }) => {
      const [release, approvals] = await Promise.all([
        requireFound(api.store.get('release', releaseId), releaseId),
        api.store.list('approval', releaseId),
      ]);
      return { ...releaseSummary(release), ...(await outlookOf(release, approvals, api)) };
    }),
  );

const servingView = async (modelName: ModelName, api: Api) => {
  const { store } = api;
  const serving = await servingOf(modelName, store);
  const { pointer, current, earlier, move } = serving;
  const watched = await store.get('watched_endpoint', endpointId(pointer.endpointName));
  return {
    ...(watched !== undefined && isDeviating(watched) ? { found: deviationsView(watched) } : {}),
    production: {
      release_id: current.releaseId,
      model_version: current.modelVersion,
      risk_tier: current.riskTier,
      endpoint: pointer.endpointName,
      endpoint_config: pointer.endpointConfigName,
      since: pointer.since,
      approved_until: current.approvedUntil,
    },
    way_back: await wayBackOf(serving, store),
    ...(isUnderWay(earlier) ? { rollback: await readRollbackView(earlier, api) } : {}),
    ...(move !== undefined && isMoving(move) ? { endpoint_move: moveView(move) } : {}),
  };
};

/** The release that a rollback goes back to. Without one, the endpoint can be deleted, so that nothing serves. */
const wayBackOf = async ({ pointer }: Serving, store: Api['store']) => {
  const releaseId = fallbackOf(pointer);
  if (releaseId === undefined) return { to: 'nothing' };
  const { modelVersion } = await requireFound(store.get('release', releaseId), releaseId);
  return { to: 'release', release_id: releaseId, model_version: modelVersion };
};

/** A rollback with the versions of its releases, which its record does not have. */
export const readRollbackView = async (rollback: Rollback, api: Api) => {
  const { store } = api;
  const { fromReleaseId: fromId, toReleaseId: toId } = rollback;
  const [from, to, waitsFor] = await Promise.all([
    requireFound(store.get('release', fromId), fromId),
    toId === NOTHING ? undefined : requireFound(store.get('release', toId), toId),
    isUnderWay(rollback) ? readStrategyUnderWay(rollback.modelName, store, api.now()) : undefined,
  ]);
  const view = rollbackView(rollback, { from: from.modelVersion, to: to?.modelVersion });
  return { ...view, ...(waitsFor && { waits_for: strategyView(waitsFor) }) };
};

const strategyView = ({ releaseId, endsBy, alarms }: StrategyUnderWay) => ({
  release_id: releaseId,
  ends_by: endsBy,
  alarms: [...alarms],
});

import { Hono } from 'hono/tiny';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import type { ModelName } from '../../lib/domain/identifiers.ts';
import { endpointId } from '../../lib/domain/records/endpoint.ts';
import { isMoving } from '../../lib/domain/records/endpoint-move.ts';
import { isHeld } from '../../lib/domain/records/hold.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { isUnderWay, NOTHING, type Rollback } from '../../lib/domain/records/rollback.ts';
import { isDeviating } from '../../lib/domain/records/watched-endpoint.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { fallbackOf, type Serving, servingOf } from '../../lib/domain/serving/ask-rollback.ts';
import type { Api, Variables } from './api.ts';
import { modelNameIn, notFound } from './names.ts';
import { outlookOf } from './outlook.ts';
import { deviationsView } from './served-view.ts';
import { holdView, moveView, releaseSummary, rollbackView } from './views.ts';

/** The states of a release that may still go to production. */
const COMING: readonly string[] = ['draft', 'validated', 'approved'];

/** The route about a model: what serves, since when and until when, what comes next, and the way back. */
export const modelRoutes = (api: Api): Hono<Variables> => {
  const { store } = api;
  const app = new Hono<Variables>();
  app.get('/models/:model', async (context) => {
    const modelName = modelNameIn(context.req.param('model'));
    const releases = (await store.releases()).filter((release) => release.modelName === modelName);
    if (releases.length === 0) throw notFound('model', modelName);
    const [pointer, hold, coming] = await Promise.all([
      store.get('pointer', modelName),
      store.get('hold', modelName),
      comingOf(releases, api),
    ]);
    return context.json({
      model_name: modelName,
      ...(isServing(pointer) ? await servingView(modelName, api) : {}),
      coming,
      ...(isHeld(hold) ? { hold: holdView(hold) } : {}),
    });
  });
  return app;
};

/** What may go to production next, the latest first, with what each waits for. */
const comingOf = async (releases: readonly Release[], api: Api) => {
  const open = releases.filter(({ state }) => COMING.includes(state));
  const latestFirst = open.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
  return Promise.all(
    latestFirst.map(async (release) => {
      const approvals = await api.store.list('approval', release.releaseId);
      return { ...releaseSummary(release), ...(await outlookOf(release, approvals, api)) };
    }),
  );
};

const servingView = async (modelName: ModelName, { store }: Api) => {
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
    ...(isUnderWay(earlier) ? { rollback: await readRollbackView(earlier, store) } : {}),
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
export const readRollbackView = async (rollback: Rollback, store: Api['store']) => {
  const { fromReleaseId: fromId, toReleaseId: toId } = rollback;
  const [from, to] = await Promise.all([
    requireFound(store.get('release', fromId), fromId),
    toId === NOTHING ? undefined : requireFound(store.get('release', toId), toId),
  ]);
  return rollbackView(rollback, { from: from.modelVersion, to: to?.modelVersion });
};

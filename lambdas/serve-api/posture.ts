import { Hono } from 'hono/tiny';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { postureRecord } from '../../lib/domain/gate/posture.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import { readPosture } from '../../lib/runtime/read-posture.ts';
import type { Api, Variables } from './api.ts';
import { modelNameIn, notFound } from './names.ts';

/** The rows of each release that serves are read by a call of their own. */
const MODELS_AT_ONCE = 5;

/** How far the governance of what models serve has come. A model that serves nothing has come nowhere, and is not listed. */
export const postureRoutes = (api: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/posture', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ModelName, MODELS_AT_ONCE);
    const { items, next } = await api.store.models(page);
    return context.json({ models: await posturesOf(items, api), ...nextOf(next) });
  });
  app.get('/models/:model/posture', async (context) => {
    const modelName = modelNameIn(context.req.param('model'));
    const [posture] = await posturesOf([modelName], api);
    if (posture === undefined) throw notFound('model in production named', modelName);
    return context.json(posture);
  });
  return app;
};

const posturesOf = async (models: readonly string[], { store, readLog, now }: Api) => {
  const [log, serving] = await Promise.all([
    readLog(),
    Promise.all(models.map((modelName) => readServing(modelName, store))),
  ]);
  return Promise.all(
    serving
      .flat()
      .map(async ({ release, approvals }) =>
        postureRecord(await readPosture(release, approvals, { store, log, now: now() })),
      ),
  );
};

/** What serves of a model; nothing if nothing does. */
const readServing = async (modelName: string, store: Api['store']) => {
  const pointer = await store.get('pointer', modelName);
  if (!isServing(pointer)) return [];
  const { releaseId } = pointer;
  const [release, approvals] = await Promise.all([
    requireFound(store.get('release', releaseId), releaseId),
    store.list('approval', releaseId),
  ]);
  return [{ release, approvals }];
};

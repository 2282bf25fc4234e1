import { Hono } from 'hono/tiny';
import * as z from 'zod';
import { ListPlace } from '../../lib/domain/change/page.ts';
import { ModelName, Sha256 } from '../../lib/domain/identifiers.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { notFound } from './names.ts';
import { refusalView } from './views.ts';
import { inOrder, Since } from './window.ts';

/** Each has up to two hundred faults. */
const AT_ONCE = 25;
/** An id that a request claims is kept no longer than that. */
const CLAIMED_MAX_LENGTH = 128;

/** Which refusals a list is asked for. */
export const RefusalQuery = z
  .strictObject({ ...Paged.shape, ...Since, model: ModelName.optional() })
  .superRefine(inOrder);

/** The routes about what was refused on arrival, the latest first. */
export const refusalRoutes = ({ store }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/refusals', async (context) => {
    const { limit, after, model, ...period } = queryOf(RefusalQuery, context.req.query());
    const page = pageIn({ limit, after }, ListPlace, AT_ONCE);
    const { items, next } = await store.page('refusal', { ...page, ...period, claimedModel: model });
    return context.json({ refusals: items.map(refusalView), ...nextOf(next) });
  });
  app.get('/refusals/:id', async (context) => {
    const id = context.req.param('id');
    const [refusal, ofRelease] = await Promise.all([
      Sha256.safeParse(id).success ? store.get('refusal', id) : undefined,
      id.length <= CLAIMED_MAX_LENGTH ? store.refusalsOf(id) : [],
    ]);
    const refusals = refusal === undefined ? ofRelease : [refusal];
    if (refusals.length === 0) throw notFound('refusal', id);
    return context.json({ refusals: refusals.map(refusalView) });
  });
  return app;
};

import { Hono } from 'hono/tiny';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import { recordReview, reviewDueAt } from '../../lib/domain/monitoring/review.ts';
import { namesOf } from '../../lib/domain/policy/identities.ts';
import type { PeriodicReview } from '../../lib/domain/records/periodic-review.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import type { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { reasonOf } from './body.ts';
import { modelNameIn } from './names.ts';

/** The routes about the reviews of what serves: which are due, and that one was made. */
export const reviewRoutes = (api: Api): Hono<Variables> => {
  const { store, directory, now } = api;
  const app = new Hono<Variables>();
  app.get('/reviews', async (context) => {
    const page = pageIn(queryOf(Paged, context.req.query()), ReleasePlace);
    const { items, next } = await store.releasePage({ states: ['production'], order: 'oldest' }, page);
    const reviews = (await Promise.all(items.map((release) => dueOf(release, api)))).flat();
    return context.json({
      reviews: reviews.sort((one, other) => (one.due_at < other.due_at ? -1 : 1)),
      ...nextOf(next),
    });
  });
  app.post('/models/:model/review', async (context) => {
    const actor = operatorOf(context.var.caller);
    const reason = await reasonOf(context.req.raw, 'a review');
    const modelName = modelNameIn(context.req.param('model'));
    const names = namesOf(await directory(), actor.id);
    const review = await recordReview({ modelName, actor, names, reason }, store, now);
    return context.json({ model_name: modelName, release_id: review.releaseId, ...lastView(review) });
  });
  return app;
};

/** Of a release whose policy asks for none there is nothing to list. */
const dueOf = async (release: ReleaseSummary, { store, now }: Api) => {
  const { modelName, releaseId, riskTier } = release;
  const [pointer, review, kept] = await Promise.all([
    store.get('pointer', modelName),
    store.get('periodic_review', modelName),
    store.get('policy', release.policySha256),
  ]);
  if (!isServing(pointer) || pointer.releaseId !== releaseId || kept === undefined) return [];
  const dueAt = reviewDueAt({ release, pointer, review, policy: kept.policy });
  if (dueAt === undefined) return [];
  return [
    {
      model_name: modelName,
      release_id: releaseId,
      risk_tier: riskTier,
      due_at: dueAt,
      is_overdue: dueAt <= now(),
      ...(review === undefined ? {} : { last: lastView(review) }),
    },
  ];
};

const lastView = ({ reviewedAt, reviewedBy, reason }: PeriodicReview) => ({
  reviewed_at: reviewedAt,
  reviewed_by: reviewedBy,
  reason,
});

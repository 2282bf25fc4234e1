import { Hono } from 'hono/tiny';
import { ReleasePlace } from '../../lib/domain/change/page.ts';
import { type Instant, ModelName, type ReleaseId } from '../../lib/domain/identifiers.ts';
import { DAY_MS, millisecondsOf, plusMilliseconds } from '../../lib/domain/instant.ts';
import { isServing } from '../../lib/domain/records/pointer.ts';
import { endpointNameOf, type Release } from '../../lib/domain/release/release.ts';
import { WARNING_DAYS } from '../../lib/domain/serving/expiry-warnings.ts';
import { assertEnds } from '../../lib/domain/serving/renewal-window.ts';
import { operatorOf } from '../../lib/runtime/api-door/caller.ts';
import { nextOf, Paged, pageIn, queryOf } from '../../lib/runtime/api-door/paged.ts';
import type { Api, Variables } from './api.ts';
import { notFound, releaseIdIn } from './names.ts';

/** The routes about the ends of approvals: which have passed or are near, and renewing one. */
export const renewalRoutes = ({ store, now, renewal }: Api): Hono<Variables> => {
  const app = new Hono<Variables>();
  app.get('/expiring', async (context) => {
    const at = now();
    const page = pageIn(queryOf(Paged, context.req.query()), ReleasePlace);
    const endsBy = plusMilliseconds(at, WARNING_DAYS[0] * DAY_MS);
    const { items, next } = await store.releasePage({ states: ['production'], endsBy, order: 'oldest' }, page);
    const found = await Promise.all(items.map(({ releaseId }) => store.get('release', releaseId)));
    const ending = found.flatMap((release) => release ?? []).sort(byEnd);
    return context.json({
      approvals: await Promise.all(ending.map((release) => viewOf(release, at, store))),
      ...nextOf(next),
    });
  });
  for (const [route, act] of [
    ['/releases/:id/renewal', 'renew'],
    ['/releases/:id/renewal/preview', 'look'],
  ] as const) {
    app.post(route, async (context) => {
      const actor = operatorOf(context.var.caller);
      const releaseId = await servingIdOf(context.req.param('id'), store);
      const { outcome, reasons, compared, ...ends } = await renewal({ releaseId, act, actor });
      return context.json({
        release_id: releaseId,
        outcome,
        reasons,
        compared,
        approved_until_before: ends.approvedUntilBefore,
        ...(outcome === 'refused' ? {} : { approved_until: ends.approvedUntil }),
      });
    });
  }
  return app;
};

/** A release, or what serves of a model. */
const servingIdOf = async (text: string, store: Api['store']): Promise<ReleaseId> => {
  const releaseId = releaseIdIn(text);
  const release = await store.get('release', releaseId);
  if (release !== undefined) {
    // Said here: a refusal of the Lambda that renews is known by the name of its error alone.
    assertEnds(release);
    return releaseId;
  }
  const model = ModelName.safeParse(text).data;
  const pointer = model === undefined ? undefined : await store.get('pointer', model);
  if (!isServing(pointer)) throw notFound('release, and no model that serves,', text);
  return releaseIdIn(pointer.releaseId);
};

/** What has no end has passed it. */
const daysLeft = ({ approvedUntil }: Release, now: Instant): number =>
  approvedUntil === undefined ? 0 : (millisecondsOf(approvedUntil) - millisecondsOf(now)) / DAY_MS;

const byEnd = (one: Release, other: Release): number => {
  const [end = '', otherEnd = ''] = [one.approvedUntil, other.approvedUntil];
  return end < otherEnd ? -1 : Number(end > otherEnd);
};

const viewOf = async (release: Release, now: Instant, store: Api['store']) => ({
  model_name: release.modelName,
  model_version: release.modelVersion,
  release_id: release.releaseId,
  // A move changes what the pointer names, and not what people approved.
  endpoint: (await store.get('pointer', release.modelName))?.endpointName ?? endpointNameOf(release),
  status: daysLeft(release, now) <= 0 ? 'expired' : 'expiring',
  ...(release.approvedUntil === undefined ? {} : { approved_until: release.approvedUntil }),
  ...(release.approvalRenewedAt === undefined ? {} : { renewed_at: release.approvalRenewedAt }),
  ...(release.renewalRefused === undefined || release.renewalRefused.until !== release.approvedUntil
    ? {}
    : { not_renewed: release.renewalRefused.reasons }),
});

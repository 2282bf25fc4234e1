import { describe, expect, it } from 'vitest';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { recordReview, reviewDueAt } from '../../../lib/domain/monitoring/review.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { anEmptyPointer, aPointer, inProduction, keptPolicy, MODEL, policy } from '../../support/release-life.ts';

const later = (days: number) => plusMilliseconds(NOW, days * DAY_MS);
const operator = { id: 'olga', role: 'operator', auth: 'jwt' };
const claim = { modelName: ModelName.parse(MODEL), actor: operator, names: ['olga'], reason: 'nothing was found' };
const serving = () => {
  const store = memoryReleaseStore();
  store.seed(inProduction, aPointer(), keptPolicy);
  return store;
};
const review = (reviewedAt: typeof NOW) => ({
  ...{ entity: 'periodic_review' as const, version: 1, modelName: claim.modelName, releaseId: inProduction.releaseId },
  ...{ reviewedAt, reviewedBy: 'olga', reason: 'nothing was found' },
});

describe('a periodic review (ST-8, PeriodicReviewOverdue)', () => {
  const tier = inProduction.riskTier;
  const dueAt = (last: ReturnType<typeof review> | undefined, days: object) =>
    reviewDueAt({
      release: inProduction,
      pointer: aPointer(),
      review: last,
      policy: { ...policy, monitoring: { review_every_days: days } },
    });

  it('is due so many days after what serves went to production, or was last reviewed', () => {
    expect(dueAt(undefined, { [tier]: 90 })).toBe(later(90));
    expect(dueAt(review(later(-5)), { [tier]: 90 })).toBe(later(90));
    expect(dueAt(review(later(80)), { [tier]: 90 })).toBe(later(170));
  });

  it('is never due at a tier for which the policy says nothing', () => {
    expect(dueAt(undefined, {})).toBeUndefined();
  });

  it('is on record, with who made it and what it found; the next one as well', async () => {
    const store = serving();

    expect(await recordReview(claim, store, () => later(80))).toMatchObject({ reviewedAt: later(80), version: 1 });
    await recordReview({ ...claim, reason: 'one group fares worse' }, store, () => later(90));

    const events = (await store.events(MODEL)).map(({ event }) => event);
    expect(events).toMatchObject([
      { event_type: 'periodic_review_recorded', actor_id: 'olga', reason: claim.reason, details: { former_at: '' } },
      { release_id: inProduction.releaseId, reason: 'one group fares worse', details: { former_at: later(80) } },
    ]);
    expect(await store.get('periodic_review', MODEL)).toMatchObject({ reviewedAt: later(90), version: 2 });
  });

  it.each([[anEmptyPointer()], [undefined]])('is none where nothing serves', async (pointer) => {
    const store = memoryReleaseStore();
    if (pointer !== undefined) store.seed(pointer);

    await expect(recordReview(claim, store, () => NOW)).rejects.toThrow('has no release in production');
  });

  it.each([inProduction.requestedBy, inProduction.submittedBy ?? '', inProduction.manifest.trained_by ?? ''])(
    'is by others than those who made it: not by %s',
    async (maker) => {
      const store = serving();

      await expect(recordReview({ ...claim, names: [maker] }, store, () => NOW)).rejects.toMatchObject({
        code: 'SeparationOfDuties',
      });
      expect(await store.events(MODEL)).toEqual([]);
    },
  );
});

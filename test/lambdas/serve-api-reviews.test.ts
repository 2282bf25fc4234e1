import { beforeEach, describe, expect, it } from 'vitest';
import { policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { anApi, callApi } from '../support/api.ts';
import { anIntake, type Intake } from '../support/intake.ts';
import { anEmptyPointer, aPointer, inProduction, keptPolicy, MODEL } from '../support/release-life.ts';

let intake: Intake;
const seed = (days: object) => {
  const policy = { ...keptPolicy.policy, monitoring: { review_every_days: days } };
  const kept = { ...keptPolicy, policy, policySha256: policySha256(policy) };
  intake.store.seed(kept, { ...inProduction, policySha256: kept.policySha256 }, aPointer());
};
beforeEach(() => {
  intake = anIntake();
  seed({ [inProduction.riskTier]: 1 });
});

const call = (path: string, body?: unknown, groups = ['operator']) =>
  callApi(anApi(intake), path, { username: 'olga', groups }, body);

describe('the reviews by the API (ST-8)', () => {
  it('are listed with when each is due, and are recorded by an operator', async () => {
    const [due] = ((await call('/reviews', undefined, ['auditor'])).body as { reviews: object[] }).reviews;
    expect(due).toMatchObject({ model_name: MODEL, release_id: inProduction.releaseId, due_at: expect.any(String) });
    expect(due).not.toHaveProperty('last');

    expect(await call(`/models/${MODEL}/review`, { reason: 'nothing was found' })).toMatchObject({
      status: 200,
      body: { model_name: MODEL, release_id: inProduction.releaseId, reviewed_by: 'olga', reason: 'nothing was found' },
    });
    expect((await call('/reviews')).body).toMatchObject({
      reviews: [{ is_overdue: false, last: { reviewed_by: 'olga' } }],
    });
  });

  it('list nothing where no policy asks for one, or the model serves no more', async () => {
    seed({});
    expect((await call('/reviews')).body).toEqual({ reviews: [] });

    seed({ [inProduction.riskTier]: 1 });
    intake.store.seed(anEmptyPointer());
    expect((await call('/reviews')).body).toEqual({ reviews: [] });
  });

  it('need a reason, a model that serves and the role of an operator', async () => {
    expect(await call(`/models/${MODEL}/review`, {})).toMatchObject({ status: 422 });
    expect(await call('/models/unheard-of/review', { reason: 'r' })).toMatchObject({ status: 404 });
    expect(await call(`/models/${MODEL}/review`, { reason: 'r' }, ['auditor'])).toMatchObject({ status: 403 });
  });
});

import { describe, expect, it } from 'vitest';
import { type Activity, OBSERVED_A_DAY, recordActivity } from '../../../lib/domain/monitoring/activity.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { MODEL } from '../../support/release-life.ts';
import { aChange } from '../../support/release-store.contract.ts';

const now = () => NOW;
const trained: Activity = {
  kind: 'training_job',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:training-job/credit',
  status: 'Completed',
  at: at('2026-11-20T23:00:00.000Z'),
  modelName: MODEL,
  details: { image: `train\u202e${'x'.repeat(600)}` },
};
const governed = async () => {
  const store = memoryReleaseStore();
  await store.commit(aChange(MODEL, []), NOW);
  return store;
};
const eventsOf = async (store: Awaited<ReturnType<typeof governed>>) =>
  (await store.events(MODEL)).slice(1).map(({ event }) => event);

describe('what SageMaker did for a model (AU-2, AU-3)', () => {
  it('is on its chain once, with what SageMaker says of it', async () => {
    const store = await governed();

    expect(await recordActivity(trained, store, now)).toBe('recorded');
    expect(await recordActivity(trained, store, now)).toBe('known');

    const [event, ...others] = await eventsOf(store);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: 'training_completed',
      model_name: MODEL,
      actor_role: 'system',
      details: { kind: 'training_job', arn: trained.arn, status: 'Completed', at: trained.at },
    });
    expect(String(event?.details['image'])).toHaveLength(512);
    expect(String(event?.details['image'])).not.toContain('\u202e');
  });

  it.each([
    ['processing_job', 'Failed', 'data_pipeline_ran'],
    ['pipeline_execution', 'Succeeded', 'data_pipeline_ran'],
    ['model_card', 'PendingReview', 'model_card_changed'],
  ] as const)('is told by its own event: %s %s', async (kind, status, type) => {
    const store = await governed();

    expect(await recordActivity({ ...trained, kind, status }, store, now)).toBe('recorded');

    expect((await eventsOf(store)).map(({ event_type }) => event_type)).toEqual([type]);
  });

  it.each([
    ['it has not ended', { status: 'InProgress' }, 'running'],
    ['no model was trained', { status: 'Failed' }, 'running'],
    ['it names no model', { modelName: undefined }, 'not_ours'],
    ['it names what cannot be a model', { modelName: '_configuration' }, 'not_ours'],
    ['no release was ever requested of its model', { modelName: 'unheard-of' }, 'not_ours'],
  ] as const)('is left out if %s', async (_, changes, outcome) => {
    const store = await governed();

    expect(await recordActivity({ ...trained, ...changes }, store, now)).toBe(outcome);

    expect(await eventsOf(store)).toEqual([]);
  });

  it('fills a chain no further than a bound for each day', async () => {
    const store = await governed();
    for (let job = 0; job < OBSERVED_A_DAY; job += 1) {
      await recordActivity({ ...trained, arn: `job-${job}` }, store, now);
    }

    expect(await recordActivity({ ...trained, arn: 'one-more' }, store, now)).toBe('too_many');
    expect(await recordActivity({ ...trained, at: at('2026-11-21T01:00:00.000Z') }, store, now)).toBe('recorded');

    expect(await eventsOf(store)).toHaveLength(OBSERVED_A_DAY + 1);
  });
});

import { describe, expect, it } from 'vitest';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { takeObservation } from '../../../lib/domain/monitoring/activity.ts';
import { lookedAtSince, MISSED_AT_ONCE, missedOf } from '../../../lib/domain/monitoring/missed.ts';
import { at, NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { anEndpoint, MODEL } from '../../support/release-life.ts';

const listed = (arn: string, changes: object = {}) => ({
  ...{ arn, endpointName: 'mortgage', status: 'Completed' },
  ...changes,
});
const missed = async (executions: ReturnType<typeof listed>[], store = governed(), now = NOW) =>
  (await missedOf(executions, store, now)).map(({ arn }) => arn);
const governed = () => {
  const store = memoryReleaseStore();
  const credit = ModelName.parse('credit');
  store.seed(anEndpoint(), anEndpoint({ endpointId: 'credit', modelName: credit }));
  store.seed(anEndpoint({ endpointId: 'left', status: 'released' }));
  return store;
};

describe('an execution of which nobody has heard', () => {
  it('is one that has ended, of an endpoint that belongs to a model', async () => {
    const executions = [
      listed('clean'),
      listed('bad', { status: 'CompletedWithViolations', endpointName: 'Mortgage' }),
      listed('runs', { status: 'InProgress' }),
      listed('of others', { endpointName: 'of-others' }),
      listed('of nobody any more', { endpointName: 'left' }),
    ];

    expect(await missed(executions)).toEqual(['clean', 'bad']);
  });

  it.each([
    [at('2026-11-21T12:00:00.000Z'), at('2026-11-21T09:00:00.000Z')],
    [at('2026-11-21T02:00:00.000Z'), at('2026-11-20T23:00:00.000Z')],
  ])('is not one that is on record of this day or the one before: at %s', async (now, ended) => {
    const store = governed();
    const seen = { modelName: ModelName.parse(MODEL), kind: 'data_quality', status: 'Completed', at: ended };
    const row = await takeObservation({ ...seen, arn: 'heard' }, store, now);
    if (typeof row === 'string') throw new Error(row);
    store.seed(row);

    expect(await missed([listed('heard'), listed('lost')], store, now)).toEqual(['lost']);
  });

  it('is taken in turns, and no more than so many at once', async () => {
    const many = Array.from({ length: MISSED_AT_ONCE + 1 }, (_, job) => listed(`job-${job}`));

    const taken = await missed([...many, listed('other', { endpointName: 'credit' })]);

    expect(taken).toHaveLength(MISSED_AT_ONCE);
    expect(taken).toContain('other');
  });

  it('may have ended six hours ago: an hourly look can fail five times', () => {
    expect(lookedAtSince(NOW)).toBe(plusMilliseconds(NOW, -6 * HOUR_MS));
  });
});

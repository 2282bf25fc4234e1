import { describe, expect, it } from 'vitest';
import type { Change } from '../../../lib/domain/change/change.ts';
import { REFUSAL_BOUNDS, recordRefusal, withinBound } from '../../../lib/domain/change/refusal-bounds.ts';
import { untilCommitted } from '../../../lib/domain/change/until-committed.ts';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { EventType } from '../../../lib/domain/ledger/event.ts';
import { NOW } from '../../support/approval-case.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import { aDraft } from '../ledger/a-ledger.ts';

const refused: Change = {
  model: '_intake',
  event: aDraft({ event_type: 'release_refused', release_id: '', approval_state: '' }),
  writes: [],
  intents: [],
};
const place = { bound: 'adoption' as const, by: ['omar'] };
const PLACES = REFUSAL_BOUNDS.adoption.places;

const inStore = () => {
  const store = memoryReleaseStore();
  const refuse = (about: string, now = NOW, by = place.by) =>
    untilCommitted(() => recordRefusal(refused, { ...place, by, about: [about] }, store, now));
  return { store, refuse };
};

describe('a refusal', () => {
  it('has a bound, whatever its kind', () => {
    const bounded = new Set<string>(Object.values(REFUSAL_BOUNDS).map(({ event }) => event));

    expect(EventType.options.filter((type) => type.endsWith('_refused') && !bounded.has(type))).toEqual([]);
  });

  it('is on record once for the same', async () => {
    const { store, refuse } = inStore();

    for (const about of ['a', 'b', 'a', 'b']) await refuse(about);

    expect(store.commits).toBe(2);
  });

  it('is on record as often as there are places, and again the next day, and for others', async () => {
    const { store, refuse } = inStore();
    const all = async (...rest: [now?: typeof NOW, by?: string[]]) => {
      for (let each = 0; each < 2 * PLACES; each += 1) await refuse(`attempt ${each}`, ...rest);
      return store.commits;
    };

    expect(await all()).toBe(PLACES);
    expect(await all(plusMilliseconds(NOW, DAY_MS))).toBe(2 * PLACES);
    expect(await all(NOW, ['olga'])).toBe(3 * PLACES);
  });

  it('takes no more places when all writers come at once', async () => {
    const { store, refuse } = inStore();

    for (let round = 0; round < PLACES; round += 1) {
      await Promise.allSettled(Array.from({ length: 32 }, (_, each) => refuse(`attempt ${round} ${each}`)));
    }

    expect(store.commits).toBe(PLACES);
  });

  it('that takes no place is not committed by the store of the tests', async () => {
    await expect(memoryReleaseStore().commit(refused, NOW)).rejects.toThrow('it takes no place');
  });
});

describe('a request that may be refused later', () => {
  it('has a place of its own each time, until none is left', async () => {
    const store = memoryReleaseStore();
    const ask = async () => store.commit(await withinBound(refused, place, store, NOW), NOW);
    for (let each = 0; each < PLACES; each += 1) await ask();

    expect(await refusalOf(ask)).toMatchObject({
      code: 'AskedTooOften',
      message: `omar: asked ${PLACES} times today; ask again tomorrow (UTC)`,
    });

    expect(store.commits).toBe(PLACES);
  });
});

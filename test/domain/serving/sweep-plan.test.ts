import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { listingOf, lookInTurn, PACE_MS, queueOf, stateAfter } from '../../../lib/domain/serving/sweep-plan.ts';
import { NOW } from '../../support/approval-case.ts';

const state = { version: 3, listedUntil: NOW, allListedAt: NOW, waiting: ['left', 'Twice'] };
const MINUTE = plusMilliseconds(NOW, 60_000);

describe('the listing of a minute', () => {
  it('is of what was modified since the last, with two minutes that overlap', () => {
    expect(listingOf(state, MINUTE)).toEqual({ kind: 'modified', after: plusMilliseconds(NOW, -120_000) });
  });

  it('is of everything at first, and once an hour', () => {
    expect(listingOf(undefined, NOW)).toEqual({ kind: 'all' });
    expect(listingOf(state, plusMilliseconds(NOW, HOUR_MS))).toEqual({ kind: 'all' });
    expect(listingOf(state, plusMilliseconds(NOW, HOUR_MS - 1)).kind).toBe('modified');
  });

  it('is of everything where the state is ahead of the clock', () => {
    expect(listingOf(state, plusMilliseconds(NOW, -1))).toEqual({ kind: 'all' });
    expect(listingOf(state, NOW).kind).toBe('modified');
  });
});

describe('the queue of a minute', () => {
  it('has each endpoint once, what waits first', () => {
    expect(queueOf(state, ['twice', 'new'], ['owned', 'new'])).toEqual(['left', 'Twice', 'new', 'owned']);
    expect(queueOf(undefined, ['one'])).toEqual(['one']);
  });
});

describe('the state after a minute', () => {
  it('goes on from what was listed, and keeps what was left', () => {
    const listing = listingOf(state, MINUTE);

    expect(stateAfter({ state, listing, startedAt: MINUTE, left: ['a', 'A', 'b'] })).toEqual({
      next: { version: 4, listedUntil: MINUTE, allListedAt: NOW, waiting: ['a', 'b'] },
      dropped: 0,
    });
  });

  it('says how many found no place', () => {
    const left = Array.from({ length: 5_003 }, (_, index) => `endpoint-${index}`);

    const { next, dropped } = stateAfter({ state: undefined, listing: { kind: 'all' }, startedAt: NOW, left });

    expect([next.version, next.allListedAt, next.waiting.length, dropped]).toEqual([1, NOW, 5_000, 3]);
  });

  it('counts a state that was lost as a listing of everything', () => {
    const listing = { kind: 'modified', after: NOW } as const;

    expect(stateAfter({ state: undefined, listing, startedAt: MINUTE, left: [] }).next.allListedAt).toBe(MINUTE);
  });
});

/** Time passes by looks and pauses alone. */
const run = async (
  queue: string[],
  found: (name: string) => 'settled' | 'again' | 'throttled',
  lookMs = 50,
  untilMs = 10_000,
) => {
  let nowMs = 0;
  const begun: [string, number][] = [];
  const { looked, left } = await lookInTurn(queue, {
    look: async (name) => {
      begun.push([name, nowMs]);
      nowMs += lookMs;
      return found(name);
    },
    nowMs: () => nowMs,
    pause: async (ms) => {
      nowMs += ms;
    },
    untilMs,
  });
  return { begun, looked, left, endedMs: nowMs };
};

describe('looks in turn', () => {
  it('begin five times a second at most, without a pause after the last', async () => {
    const { begun, looked, left, endedMs } = await run(['a', 'b', 'c'], () => 'settled');

    expect(begun).toEqual([
      ['a', 0],
      ['b', PACE_MS],
      ['c', 2 * PACE_MS],
    ]);
    expect([looked, left, endedMs]).toEqual([3, [], 2 * PACE_MS + 50]);
  });

  it('need no pause where a look takes longer', async () => {
    expect((await run(['a', 'b'], () => 'settled', 300)).begun[1]).toEqual(['b', 300]);
  });

  it('leave to the next minute what there is no time for, before what has to be looked at again', async () => {
    const { looked, left } = await run(['a', 'b', 'c', 'd'], (name) => (name === 'a' ? 'again' : 'settled'), 50, 400);

    expect([looked, left]).toEqual([2, ['c', 'd', 'a']]);
  });

  it('stop where SageMaker asks for a pause', async () => {
    const { looked, left } = await run(['a', 'b', 'c'], (name) => (name === 'b' ? 'throttled' : 'again'));

    expect([looked, left]).toEqual([1, ['b', 'c', 'a']]);
  });
});

import { describe, expect, it } from 'vitest';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import {
  type Looked,
  leftSince,
  listingOf,
  lookInTurn,
  PACE_MS,
  queueOf,
  STRANGE_MAX,
  SweepState,
  stateAfter,
} from '../../../lib/domain/serving/sweep-plan.ts';
import { NOW } from '../../support/approval-case.ts';

const state = {
  version: 3,
  listedUntil: NOW,
  allListedAt: NOW,
  waiting: ['left', 'Twice'],
  putOff: ['late'],
  dropped: 0,
};
const MINUTE = plusMilliseconds(NOW, 60_000);

it('what an event left to a minute is looked at by the first that begins after it, by clocks that differ by seconds', () => {
  const left = [-5_001, -5_000, 1].map((ms) => ({ endpointName: `left ${ms}`, at: plusMilliseconds(NOW, ms) }));

  expect(leftSince(state, left)).toEqual(['left -5000', 'left 1']);
  expect(leftSince(undefined, left)).toHaveLength(3);
});

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
    expect(queueOf(state, ['twice', 'new'], ['owned', 'new'])).toEqual(['left', 'Twice', 'new', 'owned', 'late']);
    expect(queueOf(state, ['LATE'])).toEqual(['left', 'Twice', 'LATE']);
    expect(queueOf(undefined, ['one'])).toEqual(['one']);
  });
});

describe('the state after a minute', () => {
  const all = { kind: 'all' } as const;
  const names = (count: number) => Array.from({ length: count }, (_, index) => `endpoint-${index}`);

  it('goes on from what was listed, and keeps what was left and what was put off', () => {
    const listing = listingOf(state, MINUTE);

    expect(stateAfter({ state, listing, startedAt: MINUTE, left: ['a', 'b'], putOff: ['c'] })).toEqual({
      version: 4,
      listedUntil: MINUTE,
      allListedAt: NOW,
      waiting: ['a', 'b'],
      putOff: ['c'],
      dropped: 0,
    });
  });

  it('says how many found no place, until all were listed again and all did', () => {
    const full = stateAfter({ state: undefined, listing: all, startedAt: NOW, left: names(5_003), putOff: ['x'] });
    const listing = listingOf(full, MINUTE);
    const later = stateAfter({ state: full, listing, startedAt: MINUTE, left: names(4_999), putOff: ['x', 'y'] });

    expect([full.version, full.waiting.length, full.putOff, full.dropped]).toEqual([1, 5_000, [], 4]);
    expect([later.waiting.length, later.putOff, later.dropped]).toEqual([4_999, ['x'], 5]);
    expect(stateAfter({ state: later, listing: all, startedAt: MINUTE, left: [], putOff: [] }).dropped).toBe(0);
  });

  it('counts a state that was lost as a listing of everything', () => {
    const listing = { kind: 'modified', after: NOW } as const;
    const after = stateAfter({ state: undefined, listing, startedAt: MINUTE, left: [], putOff: [] });

    expect([after.allListedAt, after.dropped]).toEqual([MINUTE, 0]);
  });

  it('goes on from that of a former version, which put nothing off and counted nothing', () => {
    const { putOff: _, dropped: __, ...former } = state;
    const listing = listingOf(former, MINUTE);

    expect(SweepState.parse(former)).toEqual(former);
    expect(queueOf(former, ['new'])).toEqual(['left', 'Twice', 'new']);
    expect(stateAfter({ state: former, listing, startedAt: MINUTE, left: [], putOff: ['c'] })).toMatchObject({
      putOff: ['c'],
      dropped: 0,
    });
  });
});

/** Time passes by looks and pauses alone. */
const run = async (
  queue: string[],
  found: (name: string, mayTellStrange: boolean) => Looked,
  { lookMs = 50, untilMs = 100_000, putOff = [] as string[] } = {},
) => {
  let nowMs = 0;
  const begun: [string, number][] = [];
  const turn = await lookInTurn(queue, {
    look: async (name, mayTellStrange) => {
      begun.push([name, nowMs]);
      nowMs += lookMs;
      return found(name, mayTellStrange);
    },
    nowMs: () => nowMs,
    pause: async (ms) => {
      nowMs += ms;
    },
    untilMs,
    putOff,
  });
  return { begun, ...turn, endedMs: nowMs };
};

describe('looks in turn', () => {
  it('begin five times a second at most, without a pause after the last', async () => {
    const { begun, looked, left, endedMs } = await run(['a', 'b', 'c'], () => 'settled');

    expect(PACE_MS).toBe(1000 / 5);
    expect(begun).toEqual([
      ['a', 0],
      ['b', PACE_MS],
      ['c', 2 * PACE_MS],
    ]);
    expect([looked, left, endedMs]).toEqual([3, [], 2 * PACE_MS + 50]);
  });

  it('need no pause where a look takes longer', async () => {
    expect((await run(['a', 'b'], () => 'settled', { lookMs: 300 })).begun[1]).toEqual(['b', 300]);
  });

  it('leave to the next minute what there is no time for, before what has to be looked at again', async () => {
    const { looked, left } = await run(['a', 'b', 'c', 'd'], (name) => (name === 'a' ? 'again' : 'settled'), {
      untilMs: 400,
    });

    expect([looked, left]).toEqual([2, ['c', 'd', 'a']]);
  });

  it('go on after a pause with the others where SageMaker asks for one: that endpoint waits behind all', async () => {
    const { begun, looked, left } = await run(['a', 'b', 'c'], (name) => (name === 'a' ? 'throttled' : 'again'));

    expect(begun).toEqual([
      ['a', 0],
      ['b', 1_000],
      ['c', 1_000 + PACE_MS],
    ]);
    expect([looked, left]).toEqual([2, ['b', 'c', 'a']]);
  });

  it('stop where it asks for a pause three times in a row, and begin with the others next time', async () => {
    const broken = (name: string) => (name < 'd' ? 'throttled' : 'settled');
    const { begun, looked, left } = await run(['a', 'b', 'c', 'd', 'e'], broken);

    expect(begun.map(([, at]) => at)).toEqual([0, 1_000, 3_000]);
    expect([looked, left]).toEqual([0, ['d', 'e', 'a', 'b', 'c']]);
    expect((await run(left, broken)).looked).toBe(2);
    expect((await run(['a', 'd', 'b', 'c', 'e'], broken)).left).toEqual(['a', 'b', 'c']);
  });
});

describe('findings about endpoints of no model', () => {
  const strange = (_: string, mayTellStrange: boolean) => (mayTellStrange ? 'strange' : 'put_off');
  const many = Array.from({ length: STRANGE_MAX + 3 }, (_, index) => `e-${index}`);

  it('are told so many a minute, and the others in the next: none is lost', async () => {
    const first = await run(many, strange);
    const second = await run(first.putOff, strange, { putOff: first.putOff });

    expect(STRANGE_MAX).toBe(20);
    expect([first.looked, first.left, first.putOff]).toEqual([many.length, [], many.slice(STRANGE_MAX)]);
    expect([second.looked, second.left, second.putOff]).toEqual([3, [], []]);
  });

  it('that were put off cost no look of a minute that may tell no more, and keep their turn', async () => {
    const { begun, left, putOff } = await run([...many, 'late'], strange, { putOff: ['e-22', 'late'] });

    expect(begun.map(([name]) => name)).toEqual(many.slice(0, -1));
    expect([left, putOff]).toEqual([[], ['e-22', 'late', 'e-20', 'e-21']]);
  });

  it('keep nobody from the endpoints of models', async () => {
    const found = (name: string, mayTellStrange: boolean) =>
      name === 'ours' ? 'settled' : strange(name, mayTellStrange);

    expect((await run([...many, 'ours'], found)).begun.at(-1)?.[0]).toBe('ours');
  });
});

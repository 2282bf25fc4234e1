import { describe, expect, it } from 'vitest';
import { DAY_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type Counted, type DriftLook, exactTest, lookForDrift } from '../../../lib/domain/monitoring/drift.ts';
import type { DriftState } from '../../../lib/domain/records/monitored.ts';
import { at } from '../../support/approval-case.ts';

const START = at('2026-01-01T00:00:00.000Z');
const plusDays = (days: number) => plusMilliseconds(START, days * DAY_MS);
/** Made once: simulated years look at the same days a million times. */
const DAYS = Array.from({ length: 366 }, (_, day) => plusDays(day));
const afterDays = (days: number) => DAYS[days] ?? plusDays(days);

/** A generator with a seed, so that every run draws the same (mulberry32). */
const generator = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Draws how many of so many rows have an outcome of this rate: by the inverse of the distribution, which is exact. */
const binomial = (rows: number, rate: number, random: () => number): (() => Counted) => {
  const below: number[] = [];
  // From the mode, so that no term that matters is too small for a double.
  const mode = Math.floor((rows + 1) * rate);
  const terms = new Array<number>(rows + 1).fill(0);
  terms[mode] = 1;
  for (let k = mode; k < rows; k += 1) terms[k + 1] = ((terms[k] ?? 0) * (rows - k) * rate) / ((k + 1) * (1 - rate));
  for (let k = mode; k > 0; k -= 1) terms[k - 1] = ((terms[k] ?? 0) * k * (1 - rate)) / ((rows - k + 1) * rate);
  const total = terms.reduce((sum, one) => sum + one, 0);
  let sum = 0;
  for (const term of terms) {
    sum += term / total;
    below.push(sum);
  }
  return () => {
    const drawn = random();
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((below[middle] ?? 1) >= drawn) high = middle;
      else low = middle + 1;
    }
    return { rows, hits: low };
  };
};

/** A look at what was answered since the last. */
const lookNext = (
  former: DriftState | undefined,
  look: Omit<DriftLook, 'measuredFrom' | 'measuredUntil'>,
  approved: Counted,
) =>
  lookForDrift(former, { measuredFrom: former?.countedUntil ?? look.from, measuredUntil: look.at, ...look }, approved);

const WEEKS = 52;
const ROWS = 2_000;
const APPROVED_ROWS = 20_000;

describe('a look for drift (DataDriftDetected)', () => {
  it.each([0.02, 0.3, 0.5, 0.87])(
    'raises a false alarm in at most 5 % of 1,000 years of weekly looks, at a rate of %d',
    (rate) => {
      const random = generator(14);
      const [approve, live] = [binomial(APPROVED_ROWS, rate, random), binomial(ROWS, rate, random)];
      let alarmed = 0;
      for (let year = 0; year < 1_000; year += 1) {
        const approved = approve();
        let state: DriftState | undefined;
        let isAlarmed = false;
        for (let week = 1; week <= WEEKS && !isAlarmed; week += 1) {
          state = lookNext(state, { ...live(), at: afterDays(7 * week), from: START }, approved)?.state;
          isAlarmed = state?.isDrifting === true;
        }
        if (isAlarmed) alarmed += 1;
      }

      expect(alarmed).toBeLessThanOrEqual(50);
    },
  );

  it.each([
    [0.5, 0.55],
    [0.5, 0.45],
    [0.7, 0.65],
    [0.87, 0.82],
    [0.1, 0.15],
  ])('reports a drift of 0.05 that begins in the middle of a year within two looks: from %d to %d', (rate, drifted) => {
    const random = generator(62);
    const [approve, before, after] = [
      binomial(APPROVED_ROWS, rate, random),
      binomial(ROWS, rate, random),
      binomial(ROWS, drifted, random),
    ];
    const years = 250;
    let reported = 0;
    for (let year = 0; year < years; year += 1) {
      const approved = approve();
      let state: DriftState | undefined;
      for (let week = 1; week <= 25; week += 1) {
        state = lookNext(state, { ...before(), at: afterDays(7 * week), from: START }, approved)?.state;
      }
      const found = [26, 27].some((week) => {
        state = lookNext(state, { ...after(), at: afterDays(7 * week), from: START }, approved)?.state;
        return state?.isDrifting === true;
      });
      if (found) reported += 1;
    }

    // 0.97 is what the rule can do at a rate of 0.5, where chance is largest; elsewhere it does better.
    expect(reported / years).toBeGreaterThanOrEqual(0.97);
  });

  it('errs by its share of the year, however often somebody looks', () => {
    const approved = { rows: 1_000, hits: 500 };
    const look = { rows: 100, hits: 50, from: START };
    const weekly = lookNext(undefined, { ...look, at: afterDays(7) }, approved);
    const daily = lookNext(weekly?.state, { ...look, at: afterDays(8) }, approved);

    expect(weekly?.bound).toBeCloseTo((0.05 * 7) / 365 / 2, 12);
    expect(daily?.bound).toBeCloseTo(0.05 / 365 / 2, 12);
    expect(lookNext(undefined, { ...look, at: afterDays(4_000) }, approved)?.bound).toBe(0.025);
  });

  it('raises no more false alarms where each look counts again what the last seven have counted', () => {
    const rate = 0.5;
    const random = generator(8);
    const [approve, ofADay] = [binomial(APPROVED_ROWS, rate, random), binomial(300, rate, random)];
    let alarmed = 0;
    const years = 250;
    for (let year = 0; year < years; year += 1) {
      const approved = approve();
      const days = Array.from({ length: 7 }, ofADay);
      let state: DriftState | undefined;
      let isAlarmed = false;
      // As SageMaker documents it for labels that come late: each day a look at days 8 to 1 before.
      for (let day = 8; day <= 365 && !isAlarmed; day += 1) {
        const counted = days.reduce((sum, one) => ({ rows: sum.rows + one.rows, hits: sum.hits + one.hits }));
        const [measuredFrom, measuredUntil] = [afterDays(day - 8), afterDays(day - 1)];
        const look = { ...counted, at: afterDays(day), from: START, measuredFrom, measuredUntil };
        state = lookForDrift(state, look, approved)?.state;
        isAlarmed = state?.isDrifting === true;
        days.shift();
        days.push(ofADay());
      }
      if (isAlarmed) alarmed += 1;
    }

    expect(alarmed / years).toBeLessThanOrEqual(0.05);
  });

  it('counts no row twice: what may have been counted is compared by itself only', () => {
    const approved = { rows: 10_000, hits: 5_000 };
    const at = (day: number) => ({ at: afterDays(day), from: START });
    const first = lookForDrift(
      undefined,
      { rows: 700, hits: 350, ...at(8), measuredFrom: START, measuredUntil: afterDays(7) },
      approved,
    );
    const again = { rows: 700, hits: 380, ...at(9), measuredFrom: afterDays(1), measuredUntil: afterDays(8) };
    const second = lookForDrift(first?.state, again, approved);
    const { countedUntil: _, ...ofFormerVersion } = first?.state ?? { until: START, days: [], isDrifting: false };

    expect(second?.state.days.reduce((sum, { rows }) => sum + rows, 0)).toBe(700);
    expect(second).toMatchObject({ pValue: exactTest(again, approved), state: { countedUntil: afterDays(7) } });
    // A former version did not keep until when: then it is when it looked.
    expect(lookForDrift(ofFormerVersion, { ...again, measuredFrom: afterDays(7.5) }, approved)?.state).toMatchObject({
      until: afterDays(9),
      countedUntil: afterDays(8),
    });
    const next = { ...again, ...at(15), measuredFrom: afterDays(7), measuredUntil: afterDays(14) };
    const third = lookForDrift(second?.state, next, approved)?.state;
    expect(third?.days.reduce((sum, { rows }) => sum + rows, 0)).toBe(1_400);
    expect(third?.countedUntil).toBe(afterDays(14));
  });

  it('counts what was looked at in the last two weeks together, day by day', () => {
    const approved = { rows: 1_000, hits: 500 };
    let state: DriftState | undefined;
    for (const day of [1, 1.5, 8, 15, 15.5]) {
      state = lookNext(state, { rows: 10, hits: 5, at: afterDays(day), from: START }, approved)?.state;
    }

    expect(state?.days).toEqual([
      { day: '2026-01-09', rows: 10, hits: 5 },
      { day: '2026-01-16', rows: 20, hits: 10 },
    ]);
  });

  it('says by how much, by the test that says more', () => {
    const approved = { rows: 10_000, hits: 5_000 };
    const first = lookNext(undefined, { rows: 900, hits: 500, at: afterDays(7), from: START }, approved);
    const second = lookNext(first?.state, { rows: 900, hits: 500, at: afterDays(14), from: START }, approved);

    expect(second?.difference).toBeCloseTo(500 / 900 - 0.5, 12);
    expect(second?.pValue).toBeCloseTo(exactTest({ rows: 1_800, hits: 1_000 }, approved), 15);
    const one = lookNext(first?.state, { rows: 900, hits: 700, at: afterDays(14), from: START }, approved);
    expect(one?.difference).toBeCloseTo(700 / 900 - 0.5, 12);
  });

  it.each([
    [{ at: START }, { rows: 10, hits: 5 }],
    [
      { rows: 0, hits: 0 },
      { rows: 10, hits: 5 },
    ],
    [{}, { rows: 0, hits: 0 }],
  ])('is none that is late, or without rows: %j', (changes, approved) => {
    const look = { rows: 10, hits: 5, at: afterDays(7), from: START, ...changes };

    expect(lookNext(undefined, look, approved)).toBeUndefined();
  });
});

describe("Fisher's exact test", () => {
  // By scipy.stats.hypergeom: twice the smaller tail.
  it.each([
    [{ rows: 10, hits: 1 }, { rows: 14, hits: 11 }, 0.002759456185220083],
    [{ rows: 10, hits: 9 }, { rows: 14, hits: 3 }, 0.002759456185220083],
    [{ rows: 2, hits: 1 }, { rows: 2, hits: 1 }, 1],
    [{ rows: 5, hits: 0 }, { rows: 5, hits: 0 }, 1],
    [{ rows: 5, hits: 5 }, { rows: 5, hits: 0 }, 2 / 252],
  ])('of %j and %j is %d', (a, b, p) => {
    expect(exactTest(a, b)).toBeCloseTo(p, 12);
  });
});

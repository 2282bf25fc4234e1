import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { judgeIntervals, timesThatDecide } from '../../../../lib/domain/evidence/fairness/decide-on-interval.ts';
import { gapsBetween, intervalOf } from '../../../../lib/domain/evidence/fairness/fairness.ts';
import { facetMeasures } from '../../../../lib/domain/evidence/fairness/fairness-facets.ts';
import {
  differenceInterval,
  type Interval,
  moreRows,
  ratioInterval,
  wilsonInterval,
} from '../../../../lib/domain/evidence/fairness/intervals.ts';
import { normalShare, twoSidedZ } from '../../../../lib/domain/evidence/fairness/normal.ts';
import { passRates } from '../../../../lib/domain/evidence/fairness/power.ts';
import { FALSE_POSITIVE, SELECTION, sampleOf, TRUE_POSITIVE } from '../../../../lib/domain/evidence/fairness/rates.ts';
import { countNaively } from '../outcomes.ts';

const VECTORS = new URL('../../../vectors/fairness/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, VECTORS), 'utf8');

const Ends = z.strictObject({ lower: z.number(), upper: z.number() });
const Pair = z.tuple([z.number(), z.number()]);
const Sides = z.array(z.enum(['met', 'missed', 'open']));
const Weighted = z.strictObject({
  samples: z.record(z.string(), z.strictObject({ rows: z.number(), rate: z.number() })),
  lowest: z.string(),
  highest: z.string(),
  ratio: Ends,
  difference: Ends,
});
const vectors = z
  .strictObject({
    quantiles: z.array(z.strictObject({ error: z.number(), z: z.number() })),
    shares: z.array(z.strictObject({ z: z.number(), share: z.number() })),
    tables: z.array(
      z.strictObject({
        table: z.tuple([z.number(), z.number(), z.number(), z.number()]),
        alpha: z.number(),
        ratio: Ends,
        difference: Ends,
        rates: z.tuple([Ends, Ends]),
      }),
    ),
    holm: z.array(
      z.strictObject({ limit: z.number(), highest: Pair, groups: z.array(Pair), none: Sides, holm: Sides }),
    ),
    powers: z.array(
      z.strictObject({
        ratio: z.number(),
        minimum: z.number(),
        highestRate: z.number(),
        rows: Pair,
        onPoint: z.number(),
        onInterval: z.number(),
      }),
    ),
    weighted: z.record(z.string(), Weighted),
  })
  .parse(JSON.parse(text('intervals.json')));

const sample = (count: number, rows: number) => ({ rate: count / rows, rows });
const expectNear = (value: number | undefined, expected: number) =>
  expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(1e-9);
const expectInterval = (interval: Interval | undefined, expected: Interval) => {
  expectNear(interval?.lower, expected.lower);
  expectNear(interval?.upper, expected.upper);
};

describe('statsmodels, on the same tables (CK-14),', () => {
  it.each(vectors.tables)('has the same intervals: $table at $alpha', ({ table, alpha, ...expected }) => {
    const [count1, rows1, count2, rows2] = table;
    const [low, high] = [sample(count1, rows1), sample(count2, rows2)];

    const width = twoSidedZ(alpha);

    expectInterval(ratioInterval(low, high, width), expected.ratio);
    expectInterval(differenceInterval(high, low, width), expected.difference);
    expectInterval(wilsonInterval(low, width), expected.rates[0]);
    expectInterval(wilsonInterval(high, width), expected.rates[1]);
  });

  it('decides the same comparisons by Holm, and without', () => {
    for (const { limit, highest, groups, none, holm } of vectors.holm) {
      const comparisons = groups.map((group) => ({
        intervalAt: (width: number) => ratioInterval(sample(...group), sample(...highest), width),
      }));
      const sides = (adjustment: 'none' | 'holm') =>
        judgeIntervals(comparisons, { kind: 'minimum', value: limit }, adjustment).map(({ side }) => side);

      expect({ none: sides('none'), holm: sides('holm') }).toEqual({ none, holm });
    }
  });
});

describe('the effective number of weighted rows', () => {
  const [, ...lines] = text('predictions.csv').trim().split('\n');
  const rows = lines.map((line) => {
    const [race, sex, label, prediction, weight] = line.split(',');
    return { values: [race, sex], label: label === '1', prediction: prediction === '1', weight };
  });
  const groups = countNaively(rows, ['race', 'sex']).filter(({ attribute }) => attribute === 'race');

  it.each([SELECTION, TRUE_POSITIVE, FALSE_POSITIVE])('is what makes the interval of the $name', (rate) => {
    const expected = Weighted.parse(vectors.weighted[rate.name]);
    const measures = [
      ...gapsBetween('equalized_odds_difference', groups, 1),
      ...gapsBetween('demographic_parity_ratio', groups, 1),
    ];
    const measure = measures.find((gap) => gap.rate === rate)?.measure;

    for (const group of groups) {
      const value = rate.of(group);
      const found = value && sampleOf(group, rate, value);
      expectNear(found?.rows, expected.samples[group.value]?.rows ?? Number.NaN);
      expectNear(found?.rate, expected.samples[group.value]?.rate ?? Number.NaN);
    }
    if (measure?.kind !== 'measured') throw new Error('not measured');
    expect([measure.lowest.group.value, measure.highest.group.value]).toEqual([expected.lowest, expected.highest]);
    expectInterval(intervalOf(measure), rate === SELECTION ? expected.ratio : expected.difference);
  });

  it('is that of several groups together, where one is compared with the rest', () => {
    const [asian, ...rest] = groups;
    const together = (rate: typeof SELECTION) => {
      const weights = rest.map((group) => Number(rate.of(group)?.denominator) / 1e18);
      const squares = rest.reduce((sum, group) => sum + (group.squares?.[rate.squares] ?? 0), 0);
      return weights.reduce((sum, weight) => sum + weight, 0) ** 2 / squares;
    };
    if (asian === undefined) throw new Error('no group');

    const facet = facetMeasures(
      groups.map((group) => ({ group })),
      1,
    ).find(({ group }) => group === asian)?.againstRest.demographicParity;

    const value = Number(facet?.value.numerator) / Number(facet?.value.denominator);
    const own = SELECTION.of(asian);
    const sampleOfOwn = own && sampleOf(asian, SELECTION, own);
    if (sampleOfOwn === undefined || facet === undefined) throw new Error('not measured');
    const ofRest = { rate: value + sampleOfOwn.rate, rows: together(SELECTION) };
    expectInterval(facet.interval, differenceInterval(ofRest, sampleOfOwn));
  });
});

describe('the normal distribution', () => {
  it.each(vectors.shares)("is SciPy's: a share of $share lies below $z", ({ z, share }) => {
    expect(Math.abs(normalShare(z) - share)).toBeLessThan(1e-15);
  });

  it.each(vectors.quantiles)("is SciPy's: an error of $error needs $z", ({ error, z }) => {
    expectNear(twoSidedZ(error), z);
  });

  it('is 0 and 1 further out than a double can tell', () => {
    expect([normalShare(-40), normalShare(40)]).toEqual([0, 1]);
  });
});

describe('how often a model passes', () => {
  it.each(vectors.powers)('is what SciPy says: $ratio at $rows', ({ onPoint, onInterval, ...asked }) => {
    const rates = passRates(asked);

    expectNear(rates.onPoint, onPoint);
    expectNear(rates.onInterval, onInterval);
  });

  it('is about one time in three for a true ratio of 0.75 and thirty rows', () => {
    const { onPoint, onInterval } = passRates({ ratio: 0.75, minimum: 0.8, highestRate: 0.881, rows: [30, 1020] });

    expect(onPoint).toBeCloseTo(1 / 3, 1);
    expect(onInterval).toBeLessThan(0.01);
  });
});

const someSample = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.nat(400))
  .map(([rows, count]) => sample(Math.min(count, rows), rows));

describe('an interval', () => {
  it('contains the measured number, and is the narrower the more rows there are', () => {
    fc.assert(
      fc.property(someSample, someSample, fc.integer({ min: 2, max: 50 }), (a, b, times) => {
        const [low, high] = a.rate <= b.rate ? [a, b] : [b, a];
        fc.pre(high.rate > 0);
        for (const [interval, value] of [
          [differenceInterval, high.rate - low.rate],
          [(x: typeof a, y: typeof b) => ratioInterval(y, x), low.rate / high.rate],
        ] as const) {
          const [few, many] = [interval(high, low), interval(moreRows(high, times), moreRows(low, times))];
          expect(few.lower).toBeLessThanOrEqual(value);
          expect(few.upper).toBeGreaterThanOrEqual(value);
          expect(many.upper - many.lower).toBeLessThan(few.upper - few.lower);
        }
      }),
    );
  });
});

describe('many comparisons', () => {
  const someComparisons = fc
    .array(
      someSample.filter(({ rate }) => rate > 0),
      { minLength: 1, maxLength: 8 },
    )
    .map((all) =>
      all.map((one) => ({
        intervalAt: (width: number, times = 1) =>
          ratioInterval(moreRows(one, times), moreRows(sample(450, 500), times), width),
      })),
    );
  const limit = { kind: 'minimum', value: 0.8 } as const;

  it('leave no comparison decided by Holm that is not decided alone, and one as it is', () => {
    fc.assert(
      fc.property(someComparisons, (comparisons) => {
        const [alone, holm] = (['none', 'holm'] as const).map((how) => judgeIntervals(comparisons, limit, how));

        for (const [index, { side, interval }] of (holm ?? []).entries()) {
          expect(['open', alone?.[index]?.side]).toContain(side);
          expect(interval.lower).toBeLessThanOrEqual((alone?.[index]?.interval.lower ?? 0) + 1e-12);
        }
        if (comparisons.length === 1) expect(holm?.[0]?.side).toBe(alone?.[0]?.side);
      }),
    );
  });

  it('are decided by as many rows as are said to decide, and by hardly fewer', () => {
    fc.assert(
      fc.property(someComparisons, (comparisons) => {
        for (const one of judgeIntervals(comparisons, limit, 'holm').filter(({ side }) => side === 'open')) {
          const times = timesThatDecide(one, limit);
          if (times === undefined) continue;
          const [enough, few] = [times * 1.001, times * 0.999].map((many) => one.comparison.intervalAt(one.z, many));
          expect((enough?.upper ?? 0) < 0.8 || (enough?.lower ?? 0) >= 0.8).toBe(true);
          expect((few?.upper ?? 0) >= 0.8 && (few?.lower ?? 0) < 0.8).toBe(true);
        }
      }),
    );
  });

  it('are decided by no number of rows where the measured number is the limit', () => {
    const [exact] = judgeIntervals(
      [
        {
          intervalAt: (width: number, times = 1) =>
            ratioInterval(moreRows(sample(64, 100), times), moreRows(sample(80, 100), times), width),
        },
      ],
      limit,
      'none',
    );

    expect(exact?.side).toBe('open');
    expect(exact && timesThatDecide(exact, limit)).toBeUndefined();
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  FAIRNESS_MEASURES,
  gapsBetween,
  type Measure,
  type MeasureName,
  measureGroups,
} from '../../../../lib/domain/evidence/fairness/fairness.ts';
import { facetMeasures } from '../../../../lib/domain/evidence/fairness/fairness-facets.ts';
import {
  falsePositiveRate,
  rowsInWords,
  SELECTION,
  selectionRate,
  truePositiveRate,
} from '../../../../lib/domain/evidence/fairness/rates.ts';
import { compare, type Fraction, scale, unscale } from '../../../../lib/domain/evidence/predictions/fraction.ts';
import { OutcomeGroup, perOutcome } from '../../../../lib/domain/evidence/predictions/predictions.ts';
import { countNaively } from '../outcomes.ts';

const VECTORS = new URL('../../../vectors/fairness/', import.meta.url);
const numberOf = (value: Fraction | undefined) => value && Number(value.numerator) / Number(value.denominator);
const measured = (measure: Measure) => (measure.kind === 'measured' ? numberOf(measure.value) : measure.reason);

/** One of the groups, compared with the others. */
const facetOf = (group: OutcomeGroup | undefined, groups: readonly OutcomeGroup[], minimum: number) => {
  const compared = facetMeasures(
    groups.map((group) => ({ group })),
    minimum,
  ).find((one) => one.group === group);
  if (compared === undefined) throw new Error('it is not one of the groups');
  return compared.againstRest;
};

/** A confusion matrix of a group, with at least one row of either label. */
const aGroup = fc
  .tuple(fc.nat(500), fc.nat(500), fc.nat(500), fc.nat(500))
  .filter(([tp, fn, fp, tn]) => tp + fn > 0 && fp + tn > 0)
  .map(([tp, fn, fp, tn]) =>
    OutcomeGroup.parse({
      attribute: 'race',
      value: 'x',
      count: tp + fn + fp + tn,
      favorable: tp + fp,
      labelled: tp + fn + fp + tn,
      actualFavorable: tp + fn,
      truePositive: tp,
      falsePositive: fp,
      missingPredictions: 0,
      missingLabels: 0,
    }),
  );
const someGroups = fc.array(aGroup, { minLength: 2, maxLength: 6 });
const measureOf = (name: MeasureName) => (groups: readonly OutcomeGroup[]) => measureGroups(name, groups, 1);
const demographicParityDifference = measureOf('demographic_parity_difference');
const disparateImpactRatio = measureOf('demographic_parity_ratio');
const equalizedOddsDifference = measureOf('equalized_odds_difference');
const equalizedOddsRatio = measureOf('equalized_odds_ratio');
const MEASURES = [demographicParityDifference, disparateImpactRatio, equalizedOddsDifference, equalizedOddsRatio];

describe('fairness measures', () => {
  it('lie between 0 and 1', () => {
    fc.assert(
      fc.property(someGroups, (groups) => {
        for (const measure of MEASURES) {
          const value = measure(groups);
          if (value.kind === 'measured') expect(numberOf(value.value)).toBeGreaterThanOrEqual(0);
          if (value.kind === 'measured') expect(numberOf(value.value)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('do not depend on the order of the groups', () => {
    const shuffled = someGroups.chain((groups) =>
      fc.tuple(fc.constant(groups), fc.shuffledSubarray(groups, { minLength: groups.length })),
    );
    fc.assert(
      fc.property(shuffled, ([groups, others]) => {
        for (const measure of MEASURES) expect(measured(measure(groups))).toBe(measured(measure(others)));
      }),
    );
  });

  it('are symmetric: it does not matter which of two groups is called the favored one', () => {
    fc.assert(
      fc.property(aGroup, aGroup, (a, b) => {
        for (const measure of MEASURES) expect(measured(measure([a, b]))).toBe(measured(measure([b, a])));
        const [r, s] = [numberOf(selectionRate(a)) ?? 0, numberOf(selectionRate(b)) ?? 0];
        if (r > 0 && s > 0) expect(measured(disparateImpactRatio([a, b]))).toBeCloseTo(Math.min(r / s, s / r), 12);
      }),
    );
  });

  it('do not change when every count grows alike', () => {
    fc.assert(
      fc.property(someGroups, fc.integer({ min: 2, max: 50 }), (groups, times) => {
        const grown = groups.map((group) =>
          OutcomeGroup.parse(
            Object.fromEntries(Object.entries(group).map(([k, v]) => [k, typeof v === 'number' ? v * times : v])),
          ),
        );
        for (const measure of MEASURES) {
          const [a, b] = [measured(measure(groups)), measured(measure(grown))];
          if (typeof a === 'number') expect(b).toBeCloseTo(a, 12);
          else expect(b).toBe(a);
        }
      }),
    );
  });

  it('find no distance between groups that fare alike', () => {
    fc.assert(
      fc.property(aGroup, (group) => {
        expect(measured(demographicParityDifference([group, group]))).toBe(0);
        expect(measured(equalizedOddsDifference([group, group]))).toBe(0);
        if (group.favorable > 0) expect(measured(disparateImpactRatio([group, group]))).toBe(1);
      }),
    );
  });

  it('never shrink the distance when a group is added', () => {
    fc.assert(
      fc.property(someGroups, aGroup, (groups, another) => {
        const [before, after] = [groups, [...groups, another]].map((some) => MEASURES.map((m) => measured(m(some))));

        expect(Number(after?.[0])).toBeGreaterThanOrEqual(Number(before?.[0]));
        if (typeof before?.[1] === 'number') expect(Number(after?.[1])).toBeLessThanOrEqual(before[1]);
        expect(Number(after?.[2])).toBeGreaterThanOrEqual(Number(before?.[2]));
      }),
    );
  });

  it('are unmeasurable, and not 0, where there is nothing to divide by', () => {
    const nobody = { ...OutcomeGroup.parse(EMPTY), count: 0 };

    for (const measure of MEASURES) {
      expect(measure([nobody, nobody])).toMatchObject({ kind: 'unmeasurable' });
      expect(measure([])).toEqual({ kind: 'unmeasurable', reason: 'there are no two groups to compare' });
    }
  });
});

describe('the groups that are furthest apart', () => {
  const names = ['demographic_parity_difference', 'demographic_parity_ratio'] as const;
  // Few counts, so that groups often have the same rate.
  const alike = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 6 }).map((counts) =>
    counts.map(([favorable, others], index) =>
      OutcomeGroup.parse({
        ...{ attribute: 'race', value: `${index}`, count: favorable + others, favorable },
        ...{
          labelled: 0,
          actualFavorable: 0,
          truePositive: 0,
          falsePositive: 0,
          missingPredictions: 0,
          missingLabels: 0,
        },
      }),
    ),
  );

  it('are the first that are compared when all are', () => {
    fc.assert(
      fc.property(alike, fc.constantFrom(...names), (groups, name) => {
        const enough = groups.filter(({ count }) => count > 0);
        const [gap] = gapsBetween(name, enough, 1);

        expect(measureGroups(name, enough, 1)).toEqual(gap?.measure);
      }),
    );
  });

  it('are none of fewer than two', () => {
    expect(gapsBetween('demographic_parity_difference', [], 1).map(({ measure }) => measured(measure))).toEqual([
      'there are no two groups to compare',
    ]);
  });
});

describe('a minimum of rows', () => {
  const group = (value: string, counts: object) => OutcomeGroup.parse({ ...EMPTY, value, ...counts });
  const many = { count: 60, favorable: 30, labelled: 60, actualFavorable: 30, truePositive: 15, falsePositive: 15 };
  const groups = [group('a', many), group('b', { ...many, actualFavorable: 1, truePositive: 1 })];

  it('is compared with the denominator of each rate, not with the group', () => {
    const [truePositives, falsePositives] = gapsBetween('equalized_odds_difference', groups, 30);

    expect(truePositives?.tooFew.map(({ value }) => value)).toEqual(['b']);
    expect(falsePositives?.tooFew).toEqual([]);
    expect(falsePositives?.measure.kind).toBe('measured');
    expect(measureGroups('equalized_odds_ratio', groups, 30)).toEqual({
      kind: 'unmeasurable',
      reason: 'fewer than 30 rows: b (1 row with a favorable label)',
    });
    expect(measureGroups('demographic_parity_ratio', groups, 30).kind).toBe('measured');
  });

  it('counts labelled rows only, for a rate over labels', () => {
    const unlabelled = [group('a', many), group('b', { ...many, labelled: 59 })];

    expect(gapsBetween('equalized_odds_difference', unlabelled, 30).map(({ tooFew }) => tooFew.length)).toEqual([0, 1]);
  });

  it('is also that of the rest that a group is compared with', () => {
    const facets = groups.map((one) => facetOf(one, groups, 30));

    expect(facets.map(({ recall }) => recall)).toEqual([undefined, undefined]);
    for (const { specificity, demographicParity } of facets) {
      expect([specificity, demographicParity]).not.toContain(undefined);
    }
  });
});

const EMPTY = {
  attribute: 'race',
  value: 'nobody',
  count: 0,
  favorable: 0,
  labelled: 0,
  actualFavorable: 0,
  truePositive: 0,
  falsePositive: 0,
  missingPredictions: 0,
  missingLabels: 0,
};

const Rates = z.strictObject({
  selection_rate: z.number(),
  true_positive_rate: z.number(),
  false_positive_rate: z.number(),
});
const Measured = z.strictObject({
  groups: z.record(z.string(), Rates),
  demographic_parity_difference: z.number(),
  demographic_parity_ratio: z.number(),
  equalized_odds_difference: z.number(),
  equalized_odds_ratio: z.number(),
});
const Fairlearn = z.record(z.string(), z.strictObject({ unweighted: Measured, weighted: Measured }));
const Clarify = z.record(
  z.string(),
  z.record(z.string(), z.strictObject({ DPPL: z.number(), DI: z.number(), RD: z.number(), SD: z.number() })),
);
const vectors = <T>(schema: z.ZodType<T>, name: string): T =>
  schema.parse(JSON.parse(readFileSync(new URL(name, VECTORS), 'utf8')));

const [, ...lines] = readFileSync(new URL('predictions.csv', VECTORS), 'utf8').trim().split('\n');
const rows = lines.map((line) => {
  const [race, sex, label, prediction, weight] = line.split(',');
  return { values: [race, sex], label: label === '1', prediction: prediction === '1', weight };
});
const weighted = countNaively(rows, ['race', 'sex']);
const unweighted = weighted.map(({ weights: _, ...group }) => group);
const expectNear = (value: number | string | undefined, expected: number) => {
  expect(Math.abs(Number(value) - expected)).toBeLessThan(1e-12);
};

describe('fairlearn, on the same table,', () => {
  const expected = vectors(Fairlearn, 'fairlearn.json');
  const cases = Object.entries(expected).flatMap(([attribute, { unweighted: plain, weighted: heavy }]) => [
    { attribute, title: attribute, groups: unweighted, values: plain },
    { attribute, title: `${attribute}, weighted`, groups: weighted, values: heavy },
  ]);

  it.each(cases)('measures the same by $title', ({ attribute, groups: all, values }) => {
    const groups = all.filter((group) => group.attribute === attribute);

    expect(groups.map((group) => group.value)).toEqual(Object.keys(values.groups).sort());
    for (const group of groups) {
      const rates = Rates.parse(values.groups[group.value]);
      expectNear(numberOf(selectionRate(group)), rates.selection_rate);
      expectNear(numberOf(truePositiveRate(group)), rates.true_positive_rate);
      expectNear(numberOf(falsePositiveRate(group)), rates.false_positive_rate);
    }
    for (const name of Object.keys(FAIRNESS_MEASURES) as MeasureName[]) {
      expectNear(measured(measureOf(name)(groups)), Number(values[name]));
    }
  });
});

describe("SageMaker Clarify's own library, on the same table,", () => {
  const expected = vectors(Clarify, 'clarify.json');
  const cases = Object.entries(expected).flatMap(([attribute, facets]) =>
    Object.entries(facets).map(([value, values]) => ({ attribute, value, values })),
  );

  it.each(cases)('measures the same of $value against the rest of $attribute', ({ attribute, value, values }) => {
    const groups = unweighted.filter((group) => group.attribute === attribute);
    const group = groups.find((one) => one.value === value);

    const facet = facetOf(group, groups, 1);

    expectNear(numberOf(facet.demographicParity?.value), values.DPPL);
    expectNear(numberOf(facet.disparateImpact?.value), Math.min(values.DI, 1 / values.DI));
    expectNear(numberOf(facet.recall?.value), values.RD);
    expectNear(numberOf(facet.specificity?.value), values.SD);
  });
});

describe('one group against the rest', () => {
  it('is what lies between two groups, when there are no more', () => {
    fc.assert(
      fc.property(aGroup, aGroup, (a, b) => {
        const facet = facetOf(a, [a, b], 1);

        const [difference, size] = [
          measured(demographicParityDifference([a, b])),
          numberOf(facet.demographicParity?.value),
        ];
        expect(Math.abs(size ?? Number.NaN)).toBeCloseTo(Number(difference), 12);
        expect(numberOf(facet.disparateImpact?.value) ?? measured(disparateImpactRatio([a, b]))).toBe(
          measured(disparateImpactRatio([a, b])),
        );
      }),
    );
  });

  it('weighs the rest as it weighs the group', () => {
    const groups = weighted.filter((group) => group.attribute === 'sex');
    const [female] = groups;

    const facet = facetOf(female, groups, 1);

    expect(Math.abs(numberOf(facet.demographicParity?.value) ?? 0)).toBe(measured(demographicParityDifference(groups)));
    expect(numberOf(facet.disparateImpact?.value)).toBe(measured(disparateImpactRatio(groups)));
  });

  it('weighs a rest of several groups as one', () => {
    const groups = weighted.filter((group) => group.attribute === 'race');
    const [asian, black, white] = groups.map((group) => group.weights);
    const share = (...some: (typeof groups)[number]['weights'][]) =>
      some.reduce((sum, one) => sum + Number(one?.favorable), 0) /
      some.reduce((sum, one) => sum + Number(one?.count), 0);

    const facet = facetOf(groups[0], groups, 1);

    expectNear(numberOf(facet.demographicParity?.value), share(black, white) - share(asian));
  });

  it('is nothing without a rest, and nothing where there is nothing to divide by', () => {
    const nobody = OutcomeGroup.parse(EMPTY);

    for (const groups of [[nobody], [nobody, { ...nobody }]]) {
      expect(Object.values(facetOf(nobody, groups, 1))).toEqual([undefined, undefined, undefined, undefined]);
    }
  });
});

describe('a weighted group', () => {
  const [heavy, other] = weighted.filter((group) => group.attribute === 'sex');
  const weightless = { ...OutcomeGroup.parse(heavy), weights: perOutcome(() => '0') };

  it('that weighs nothing has no rate, however many rows it has', () => {
    expect(selectionRate(weightless)).toBeUndefined();
    expect(rowsInWords(weightless, SELECTION)).toBe(`${weightless.count} rows, weight 0`);
    expect(demographicParityDifference([weightless, OutcomeGroup.parse(other)])).toEqual({
      kind: 'unmeasurable',
      reason: 'group female has no weight to take a selection rate of',
    });
    const pair = [weightless, OutcomeGroup.parse(other)];
    const [gap] = gapsBetween('demographic_parity_difference', pair, 1);
    expect(gap?.measure).toEqual(demographicParityDifference([...pair, { ...weightless, value: 'another' }]));
    for (const one of pair) expect(facetOf(one, pair, 1).demographicParity).toBeUndefined();
  });

  it('is measured alike in whatever unit its rows are weighed', () => {
    const inGrams = (text: string | undefined) => unscale(scale(text ?? '0', 18) * 1000n, 18);
    const race = weighted.filter((group) => group.attribute === 'race');
    const grams = race.map((group) => ({
      ...group,
      weights: perOutcome((outcome) => inGrams(group.weights?.[outcome])),
    }));

    for (const measure of MEASURES) {
      const [a, b] = [measure(race), measure(grams)];
      expect(a.kind === 'measured' && b.kind === 'measured' && compare(a.value, b.value)).toBe(0);
    }
  });
});

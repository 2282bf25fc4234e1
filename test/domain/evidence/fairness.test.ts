import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  demographicParityDifference,
  disparateImpactRatio,
  equalizedOddsDifference,
  falsePositiveRate,
  type Measure,
  selectionRate,
  truePositiveRate,
} from '../../../lib/domain/evidence/fairness.ts';
import type { Fraction } from '../../../lib/domain/evidence/fraction.ts';
import { OutcomeGroup } from '../../../lib/domain/evidence/predictions.ts';
import { countNaively } from './outcomes.ts';

const VECTORS = new URL('../../vectors/fairness/', import.meta.url);
const numberOf = (value: Fraction | undefined) => value && Number(value.numerator) / Number(value.denominator);
const measured = (measure: Measure) => (measure.kind === 'measured' ? numberOf(measure.value) : measure.reason);

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
const MEASURES = [demographicParityDifference, disparateImpactRatio, equalizedOddsDifference];

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

  it('are symmetric: it matters to nobody which of two groups is called the favoured one', () => {
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
const Expected = z.record(
  z.string(),
  z.strictObject({
    groups: z.record(z.string(), Rates),
    demographic_parity_difference: z.number(),
    demographic_parity_ratio: z.number(),
    equalized_odds_difference: z.number(),
  }),
);

describe('fairlearn, on the same table,', () => {
  const expected = Expected.parse(JSON.parse(readFileSync(new URL('fairlearn.json', VECTORS), 'utf8')));
  const [, ...lines] = readFileSync(new URL('predictions.csv', VECTORS), 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const [race, sex, label, prediction] = line.split(',');
    return { values: [race, sex], label: label === '1', prediction: prediction === '1' };
  });
  const counted = countNaively(rows, ['race', 'sex']);

  it.each(Object.entries(expected))('measures the same by %s', (attribute, values) => {
    const groups = counted.filter((group) => group.attribute === attribute);

    expect(groups.map((group) => group.value)).toEqual(Object.keys(values.groups).sort());
    for (const group of groups) {
      const rates = Rates.parse(values.groups[group.value]);
      expect(numberOf(selectionRate(group))).toBeCloseTo(rates.selection_rate, 12);
      expect(numberOf(truePositiveRate(group))).toBeCloseTo(rates.true_positive_rate, 12);
      expect(numberOf(falsePositiveRate(group))).toBeCloseTo(rates.false_positive_rate, 12);
    }
    expect(measured(demographicParityDifference(groups))).toBeCloseTo(values.demographic_parity_difference, 12);
    expect(measured(disparateImpactRatio(groups))).toBeCloseTo(values.demographic_parity_ratio, 12);
    expect(measured(equalizedOddsDifference(groups))).toBeCloseTo(values.equalized_odds_difference, 12);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { associatedColumns, cramersV } from '../../../../lib/domain/evidence/fairness/association.ts';
import { mcnemar } from '../../../../lib/domain/evidence/fairness/mcnemar.ts';
import type { ColumnValue } from '../../../../lib/domain/evidence/predictions/behaviour.ts';
import { aBehaviour } from '../../checks/a-behaviour.ts';

const Golden = z.object({
  mcnemar: z.array(z.object({ yesToNo: z.int(), noToYes: z.int(), p: z.number() })),
  columns: z.array(z.object({ values: z.array(z.tuple([z.int(), z.int()])), strength: z.number() })),
});
const GOLDEN = Golden.parse(
  JSON.parse(readFileSync(new URL('../../../vectors/fairness/behaviour.json', import.meta.url), 'utf8')),
);

const values = (...rows: readonly (readonly [string, number, number])[]): ColumnValue[] =>
  rows.map(([value, compared, changed]) => ({ value, compared, changed }));

describe("CK-15 McNemar's test", () => {
  it.each(GOLDEN.mcnemar)('is what statsmodels computes of $yesToNo and $noToYes changes', ({ p, ...changes }) => {
    // Above a thousand changes the p-value is of the distribution's tail, where doubles have fewer digits.
    expect(mcnemar({ stayedYes: 900, stayedNo: 80, ...changes })).toBeCloseTo(p, 12);
  });

  it('tests nothing where nothing changed', () => {
    expect(mcnemar({ stayedYes: 1, stayedNo: 1, yesToNo: 0, noToYes: 0 })).toBeUndefined();
  });
});

describe("Cramér's V, corrected for bias", () => {
  it.each(GOLDEN.columns)('is what is made of the chi-square of SciPy: $strength', ({ values: rows, strength }) => {
    expect(cramersV(rows.map(([compared, changed]) => ({ value: '', compared, changed })))).toBeCloseTo(strength, 12);
  });

  it('is zero where there is nothing to tell apart', () => {
    expect(cramersV(values(['a', 10, 3]))).toBe(0);
    expect(cramersV(values(['a', 10, 0], ['b', 10, 0]))).toBe(0);
    expect(cramersV(values(['a', 10, 10], ['b', 10, 10]))).toBe(0);
  });
});

describe('the columns that go with changes', () => {
  const branch = { column: 'branch', values: values(['b1', 300, 1], ['b7', 40, 20], ['b8', 3, 3], ['b9', 20, 0]) };
  const month = { column: 'month', values: values(['1', 200, 11], ['2', 163, 13]) };
  const segment = { column: 'segment', values: values(['x', 39, 22], ['y', 324, 2]) };

  it('are named from the closest, with the value that has most changes first, and weak ones are not', () => {
    const found = associatedColumns(aBehaviour({ columns: [month, branch, segment] }), 30);

    expect(found.map(({ column }) => column)).toEqual(['segment', 'branch']);
    expect(found[0]?.values.map(({ value }) => value)).toEqual(['x', 'y']);
  });

  it('show no value of few people: these are counted together', () => {
    const [found] = associatedColumns(aBehaviour({ columns: [branch] }), 30);

    expect(found?.values).toEqual(values(['b7', 40, 20], ['b1', 300, 1], ['other values', 23, 3]));
  });
});

import { describe, expect, it } from 'vitest';
import { areaUnderCurve, rankSumsSql } from '../../../../lib/domain/evidence/predictions/ranks.ts';

const row = (label: string | null, ranked: number, doubled: number, unranked = 0) => ({
  ...{ label, ranked: `${ranked}`, unranked: `${unranked}`, doubled_ranks: `${doubled}` },
});

describe('the area under the curve', () => {
  it.each([
    // Scores 1 to 4: the favored ones rank 3 and 4; then 1 and 2; then 1 and 4; then all tie at rank 2.5.
    ['1', [row('1', 2, 14), row('0', 2, 6)]],
    ['0', [row('1', 2, 6), row('0', 2, 14)]],
    ['0.5', [row('1', 2, 10), row('0', 2, 10)]],
    ['0.5', [row('1.0', 2, 10), row('0', 2, 10)]],
  ])('is %s', (expected, rows) => {
    const { numerator = 0n, denominator = 1n } = areaUnderCurve(rows, '1') ?? {};

    expect(Number(numerator) / Number(denominator)).toBe(Number(expected));
  });

  it('takes every other label for the other class', () => {
    const rows = [row('yes', 1, 6), row('no', 1, 2), row('perhaps', 1, 4)];

    expect(areaUnderCurve(rows, 'yes')).toEqual({ numerator: 4n, denominator: 4n });
  });

  it.each([
    ['one class', [row('1', 4, 20)]],
    ['a score that is no number', [row('1', 2, 14), row('0', 2, 6, 1)]],
    ['a row without a label', [row('1', 2, 14), row('nan', 2, 6)]],
    ['more labels than there are classes', Array.from({ length: 101 }, (_, index) => row(`${index}`, 1, 2))],
    ['no row', []],
  ])('is not measured over %s', (_, rows) => {
    expect(areaUnderCurve(rows, '1')).toBeUndefined();
  });

  it('is asked of the columns by their quoted names', () => {
    expect(rankSumsSql('t', { label_column: 'a"b', score_column: 's' })).toContain('"a""b" AS label');
  });
});

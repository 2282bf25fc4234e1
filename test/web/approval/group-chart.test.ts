import { describe, expect, it } from 'vitest';
import type { OutcomeRecord, OutcomeTotals } from '../../../lib/domain/evidence/outcome-record.ts';
import { ratesOf, ratesOfPairs } from '../../../lib/domain/questions/group-rates.ts';
import { groupChart } from '../../../lib/web/approval/group-chart.ts';
import { totalsOf } from '../../support/totals-of.ts';

const lineAt = (minimum: number | undefined) => ({
  minimumRatioOf: () => minimum,
  minimumRows: 30,
  isJudged: (attribute: string) => attribute !== 'age',
});
const LINE = lineAt(0.8);
const chart = (
  groups: OutcomeRecord['groups'],
  line: Parameters<typeof groupChart>[1] = LINE,
  totals: OutcomeTotals | undefined = undefined,
) =>
  String(
    groupChart({ groups: ratesOf(groups, line.minimumRows), pairs: ratesOfPairs(groups, line.minimumRows) }, line, {
      ...{ prediction_column: 'granted', favorable_value: 'yes', totals },
    }),
  );

const FEMALE = { attribute: 'sex', value: 'female', count: 1000, favorable: 399 };
const MALE = { attribute: 'sex', value: 'male', count: 2000, favorable: 1000 };

describe('the picture of groups', () => {
  it('gives each rate the interval in which the true one may lie', () => {
    const html = chart([{ attribute: 'race', value: 'african_american', count: 170, favorable: 129 }]);

    expect(html).toContain('favorable if <code>granted</code> is <bdi>yes</bdi>');
    expect(html).toContain('75.9 %');
    expect(html).toContain('[68.9, 81.7]');
    expect(html).toContain('95 % interval');
  });

  it('gives the true and the false positive rate where labels are stored, and no column where they are not', () => {
    const labelled = { labelled: 900, actualFavorable: 400, truePositive: 300, falsePositive: 99 };
    const html = chart([{ ...FEMALE, ...labelled }, MALE]);

    expect(html).toMatch(/data-label="True positive rate"><span class="number">75\.0 %/);
    expect(html).toMatch(/data-label="False positive rate"><span class="number">19\.8 %/);
    expect(html).toContain('data-label="True positive rate">– <span class="note">not kept</span></td>');
    expect(chart([FEMALE, MALE])).not.toContain('data-label="True');
    expect(chart([FEMALE, MALE])).toContain('The true and false positive rates of these groups are not kept.');
  });

  it('shows the pairs of attributes first in which somebody fares worst, and says how many it leaves out', () => {
    const pair = (index: number) =>
      ['x', 'y'].map((value) => ({ ...MALE, attribute: `a${index} × b`, value: `${value} × z` }));
    const pairs = [...Array(11).keys()].flatMap(pair);
    const worst = { ...MALE, attribute: 'z × b', favorable: 10 };
    const html = chart([MALE, ...pairs, { ...worst, value: 'x × z' }, { ...worst, value: 'y × z', favorable: 1000 }]);

    expect(html).toContain('z × b');
    expect(html).toContain('and 2 more pairs of attributes');
    expect(chart([MALE, ...pairs.slice(0, 4)])).not.toContain('more pairs');
  });

  it('says how many rows of a group have a label, and how many rows are in no group', () => {
    const whole = { ...FEMALE, labelled: 1000, actualFavorable: 400, truePositive: 300, falsePositive: 99 };
    const missing = { predictions: 0, labels: 0, attributes: { sex: 1300 } };
    const html = chart([{ ...whole, labelled: 900 }], LINE, totalsOf([whole], { missing }));

    expect(html).toContain('labels of 900 of 1,000');
    expect(html).toContain('1,300 rows have no value and are in no group');
    expect(chart([whole], LINE, totalsOf([whole]))).not.toMatch(/labels of|in no group/);
  });

  it('names a group below the line of the policy, and folds groups of two attributes together', () => {
    const html = chart([FEMALE, MALE, { attribute: 'race × sex', value: 'x × y', count: 5, favorable: 1 }]);

    expect(html).toContain('▼ 0.7980: below 0.80');
    expect(html).toContain('1,000 of 2,000');
    expect(html).toMatch(/<details>.*x × y.*<\/details>/s);
  });

  it('draws the line where the policy has it, or none', () => {
    const strict = chart([FEMALE, { ...MALE, favorable: 860 }], lineAt(0.935));
    const none = chart([FEMALE, MALE], lineAt(undefined));

    expect(strict).toContain('▼ 0.9279: below 0.935');
    expect(strict).toContain('x1="93.50"');
    expect(none).not.toMatch(/class="limit"|▼/);
  });

  it('shows the attributes first that a check judges, and says of the others that none does', () => {
    const html = chart([{ ...MALE, attribute: 'age', value: 'old' }, FEMALE]);

    expect(html.indexOf('female')).toBeLessThan(html.indexOf('old'));
    expect(html.split('no check judges it')).toHaveLength(2);
  });

  it('compares no group of fewer rows than give a rate, and no group with it', () => {
    const html = chart([FEMALE, { attribute: 'sex', value: 'other', count: 29, favorable: 29 }]);

    expect(html).toContain('too few rows to compare');
    expect(html).toContain('29 of 29');
    expect(html).not.toMatch(/100\.0 %|▼/);
  });

  it.each([0, 100])('draws nothing wrong where nobody was selected of %i', (count) => {
    expect(chart([{ ...FEMALE, count, favorable: 0 }])).not.toMatch(/NaN|Infinity|▼/);
  });

  it('shows the groups that are selected least, if there are too many for anybody to read', () => {
    const groups = Array.from({ length: 41 }, (_, index) => ({ ...MALE, value: `g${index}`, favorable: 2000 - index }));
    const html = chart([...groups, { ...MALE, value: 'few', count: 1, favorable: 1 }]);

    expect(html.match(/<tr><th scope="row">/g)).toHaveLength(40);
    expect(html).toContain('These 40 of 42 groups are selected least');
    expect(html).toContain('>g40<');
    expect(html).not.toMatch(/>g0<|>few</);
  });

  it('is not there where nothing was counted', () => {
    expect(chart([])).toBe('');
  });
});

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { aDirectory, assay } from '../assay.ts';

const TABLE = fileURLToPath(new URL('../../vectors/fairness/predictions.csv', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../../examples/hmda-mortgage/1.1.0/predictions.parquet', import.meta.url));
const COLUMNS = ['--label', 'label', '--prediction', 'prediction', '--by', 'race,sex'];

const directory = aDirectory({
  'small.csv': 'race,sex,label,prediction\nblack,f,1,1\nwhite,m,0,1\n',
  'one-sided.csv': `race,sex,label,prediction\n${'black,f,0,0\nwhite,m,0,0\nblack,m,1,0\nwhite,f,1,0\n'.repeat(40)}`,
  'three.csv': `race,sex,age,label,prediction\n${'black,f,old,0,0\nwhite,m,old,0,1\nblack,m,new,1,1\nwhite,f,new,1,1\n'.repeat(40)}`,
  'one-deserving.csv': `race,label,prediction\n${'a,1,1\na,1,0\na,0,1\na,0,0\n'.repeat(15)}b,1,1\n${'b,0,1\n'.repeat(30)}${'b,0,0\n'.repeat(29)}`,
  'letter.txt': 'Dear auditor,\nplease find attached\n',
  'odd.csv': `race,sex,label,prediction\n${'"bl\u001b[31mack",f,1,1\nwhite,m,0,0\n,m,,\n'.repeat(40)}`,
  'packed.gz': gzipSync('race,sex,label,prediction\nblack,f,1,1\n'),
});

const Document = z.looseObject({
  rows: z.int(),
  attributes: z.array(
    z.looseObject({
      attribute: z.string(),
      groups: z.array(z.looseObject({ value: z.string(), selection_rate: z.string() })),
      measures: z.record(z.string(), z.looseObject({ status: z.string(), value: z.string().optional() })),
    }),
  ),
});
const json = async (args: readonly string[]) => {
  const { code, out } = await assay(directory, ['fairness', ...args, '--json']);
  expect(code).toBe(0);
  return Document.parse(JSON.parse(out));
};

describe('assay fairness', () => {
  it('prints every measure of the example by group and intersection, without AWS', async () => {
    const { code, out } = await assay(directory, [
      ...['fairness', EXAMPLE, '--label', 'label', '--prediction', 'prediction', '--by', 'race,marital_status'],
    ]);

    expect(code).toBe(0);
    expect(out).toContain('1190 rows; favorable is 1; rates over at least 30 rows');
    expect(out).toContain('by race × marital_status');
    expect(out).toMatch(/demographic parity ratio +0\.8478/);
    expect(out).toMatch(/african_american +170 +129 +0\.7588 of 170 +0\.8770 of 122 +0\.4583 of 48/);
    expect(out).toContain('│ 4/5 of the highest');
    expect(out).not.toContain('\u001b');
  });

  it('says in JSON what fairlearn measures, to twelve places', async () => {
    const document = await json([TABLE, ...COLUMNS]);
    const race = document.attributes.find(({ attribute }) => attribute === 'race');

    expect(document.rows).toBe(600);
    expect(race?.measures['demographic_parity_difference']).toEqual({
      status: 'measured',
      value: '0.137496444823663',
      interval: { level: '0.95', lower: expect.stringMatching(/^0\.0\d{14}$/), upper: expect.any(String) },
      rate: 'selection rate',
      lowest: 'black',
      lowest_denominator: 192,
      highest: 'white',
      highest_denominator: 293,
    });
    expect(Number(race?.measures['equalized_odds_difference']?.value)).toBeCloseTo(0.08608490566037735, 12);
  });

  it('gives each measure of the example the interval that statsmodels gives (CK-14)', async () => {
    const columns = ['--label', 'label', '--prediction', 'prediction', '--by', 'race'];
    const ratioOf = async (version: string) => {
      const file = EXAMPLE.replace('1.1.0', version);
      const { out } = await assay(directory, ['fairness', file, ...columns]);
      return /demographic parity ratio +(\S+ \[\S+, \S+\])/.exec(out)?.[1];
    };

    expect(await ratioOf('1.0.0')).toBe('0.7275 [0.6487, 0.8159]');
    expect(await ratioOf('1.1.0')).toBe('0.8478 [0.7769, 0.9251]');
    const [race] = (await json([EXAMPLE, ...columns])).attributes;
    expect(race?.groups[0]).toMatchObject({
      intervals: { selection_rate: { level: '0.95', lower: expect.stringMatching(/^0\.68/) } },
      against_rest_intervals: { DI: { lower: expect.stringMatching(/^0\.77/) }, RD: { level: '0.95' } },
    });
  });

  it('says how often a model of some true ratio would pass, by group and at the smallest size', async () => {
    const args = [EXAMPLE, '--label', 'label', '--prediction', 'prediction', '--by', 'race', '--power', '0.75'];

    const { out } = await assay(directory, ['fairness', ...args]);

    expect(out).toMatch(/were the true ratio 0\.75 +rows +passes 0\.8 on the point +on the interval/);
    expect(out).toMatch(/african_american +170 +1\d\.\d % +0\.\d %/);
    expect(out).toMatch(/the smallest group allowed +30 +3\d\.\d % +\d\.\d %/);
    const [strict] = (await json([...args, '--minimum', '0.9'])).attributes;
    expect(strict?.['power']).toEqual([
      { group: 'african_american', rows: 170, passes_on_point: expect.any(String), passes_on_interval: '0.000000' },
      { rows: 30, passes_on_point: expect.any(String), passes_on_interval: expect.any(String) },
    ]);
  });

  it('measures up to all attributes together', async () => {
    const { out } = await assay(directory, ['fairness', 'three.csv', ...COLUMNS.slice(0, -1), 'race,sex,age']);

    expect(out).toContain('by race × sex × age');
    expect(out).toMatch(/white × m × old +40 +40 +1\.0000 of 40/);
  });

  it('weighs rows when asked to, and states the weights as text', async () => {
    const [race] = (await json([TABLE, ...COLUMNS, '--weights', 'weight'])).attributes;

    expect(race?.groups[0]).toMatchObject({
      value: 'asian',
      weights: { count: expect.stringMatching(/^\d+\.\d{1,3}$/), true_positive: expect.any(String) },
      true_positive: expect.any(Number),
    });
    expect(Object.keys(race?.groups[0] ?? {}).filter((key) => /[A-Z]/.test(key))).toEqual([]);
    expect(race?.measures['demographic_parity_ratio']).toMatchObject({ value: '0.735026607545426' });
  });

  it('calls groups with too few rows inconclusive, and never 0', async () => {
    const { attributes } = await json([join(directory, 'small.csv'), ...COLUMNS]);

    expect(attributes[0]?.groups[0]).toMatchObject({
      selection_rate: 'inconclusive',
      against_rest: { DI: 'inconclusive' },
    });
    expect(attributes[0]?.measures['demographic_parity_difference']).toEqual({
      status: 'inconclusive',
      reason: 'fewer than 30 rows: black (1 row), white (1 row)',
    });
    expect(attributes[0]?.groups[0]).toMatchObject({ denominators: { selection_rate: 1, false_positive_rate: 0 } });
    expect(attributes[2]).toMatchObject({ unseen_groups: ['black × m', 'white × f'] });
    expect((await json(['small.csv', ...COLUMNS, '--min-group', '1'])).attributes[0]?.groups[0]).toMatchObject({
      selection_rate: '1.000000000000000',
      false_positive_rate: 'inconclusive',
    });
  });

  it('takes no rate over one deserving row of a large group', async () => {
    const args = ['fairness', 'one-deserving.csv', '--label', 'label', '--prediction', 'prediction', '--by', 'race'];

    const { out } = await assay(directory, args);

    expect(out).toMatch(/b +60 +31 +0\.5167 of 60 +inconclusive of 1 +0\.5085 of 59/);
    expect(out).toMatch(
      /equalized odds difference +inconclusive +fewer than 30 rows: b \(1 row with a favorable label\)/,
    );
    expect(out).toMatch(/selection rate 0\.5000 a \(60 rows\), 0\.5167 b \(60 rows\)/);
  });

  it('says why a ratio over an empty group is inconclusive', async () => {
    const { out } = await assay(directory, ['fairness', 'one-sided.csv', ...COLUMNS]);

    expect(out).toMatch(/demographic parity ratio +inconclusive +no group has any favorable prediction/);
    expect(out).toMatch(/equalized odds ratio +inconclusive/);
  });

  it('states what is missing, and lets no value control the terminal', async () => {
    const { out } = await assay(directory, ['fairness', 'odd.csv', ...COLUMNS]);

    expect(out).toContain('40 rows without a prediction\n40 rows without a label\n40 rows without race: in no group');
    expect(out).toContain('bl [31mack');
    expect(out).not.toContain('\u001b');
  });

  it('reads a file that is packed, and takes another favorable value', async () => {
    const document = await json(['packed.gz', ...COLUMNS, '--favorable', '0', '--min-group', '1']);

    expect(document).toMatchObject({ rows: 1, favorable_value: '0' });
    expect(document.attributes[0]?.groups[0]).toMatchObject({ selection_rate: '0.000000000000000' });
  });

  it.each([
    [['small.csv', '--label', 'label'], 'needs --label, --prediction and --by'],
    [['small.csv', ...COLUMNS.slice(0, -1), 'race,,sex'], '--by needs comma-separated columns'],
    [['small.csv', ...COLUMNS, '--min-group', '0'], '--min-group needs a whole number'],
    [['small.csv', ...COLUMNS, '--power', '1.5'], '--power and --minimum need a ratio above 0 and up to 1'],
    [['small.csv', ...COLUMNS, '--power', '0.5', '--minimum', '0'], '--power and --minimum need a ratio'],
    [['small.csv', ...COLUMNS, '--minimum', '0.8'], '--minimum needs --power'],
    [[...COLUMNS], 'fairness needs FILE'],
    [['nowhere.csv', ...COLUMNS], 'there is no file'],
  ])('exits with 2 when it is used wrongly: %j', async (args, message) => {
    const { code, out, err } = await assay(directory, ['fairness', ...args]);

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });

  it.each([
    ['letter.txt', COLUMNS, 'not a readable CSV table'],
    ['small.csv', [...COLUMNS.slice(0, -1), 'race,age'], 'lacks column age'],
    ['small.csv', [...COLUMNS, '--weights', 'w'], 'lacks column w'],
  ])('exits with 2 when %s cannot be counted', async (file, columns, message) => {
    const { code, out, err } = await assay(directory, ['fairness', file, ...columns]);

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });
});

import { describe, expect, it } from 'vitest';
import {
  clarifyMeasures,
  parseBiasReport,
  type ReportedMeasure,
} from '../../../../lib/domain/evidence/foreign/clarify.ts';
import { toDecimal } from '../../../../lib/domain/evidence/predictions/fraction.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const ANALYSIS = 'clarify-analysis.json';
const REFERENCE = { label_column: 'label', favorable_value: '1' };
const FIRST = ['post_training_bias_metrics', 'facets', 'race', 0, 'metrics'];

const told = (measure: ReportedMeasure | undefined) =>
  measure?.kind === 'reported' ? `${toDecimal(measure.value)} by ${measure.from}` : measure?.reason;
const measuresIn = (bytes: Uint8Array, attribute = 'race', reference = REFERENCE) =>
  clarifyMeasures(parseBiasReport(bytes), reference, [attribute]).map((one) => ({
    value: one.value,
    parity: told(one.demographicParityDifference),
    impact: told(one.disparateImpactRatio),
    odds: told(one.equalizedOddsDifference),
  }));

describe('the measures of a Clarify analysis', () => {
  it('are given for every value of a facet, whichever side is favored', () => {
    expect(measuresIn(vector(ANALYSIS))).toEqual([
      { value: 'african_american', parity: '0.2000 by DPPL', impact: '0.8000 by DI', odds: '0.0700 by SD' },
      {
        value: 'white',
        parity: '0.2000 by DPPL',
        impact: '0.8000 by DI',
        odds: 'Clarify gives no number for SD: SD: no negative labels',
      },
    ]);
  });

  it('are exact: 0.2 is a fifth and 1/1.25 four fifths', () => {
    const [, white] = clarifyMeasures(parseBiasReport(vector(ANALYSIS)), REFERENCE, ['race']);

    expect(white).toMatchObject({
      demographicParityDifference: { value: { numerator: 2n, denominator: 10n } },
      disparateImpactRatio: { value: { numerator: 100n, denominator: 125n } },
    });
  });

  it.each([
    [true, 'true'],
    ['True', 'true'],
    [1, '1.0'],
    ['1.0', '1'],
    [' yes', 'yes'],
  ])('are about the favorable value however it is spelt: %j for %s', (outcome, favorable_value) => {
    const bytes = changed(ANALYSIS, ['post_training_bias_metrics', 'label_value_or_threshold'], outcome);

    expect(measuresIn(bytes, 'RACE', { label_column: 'Label', favorable_value })[0]?.parity).toBe('0.2000 by DPPL');
    expect(measuresIn(bytes, 'race', { label_column: 'label', favorable_value: 'no' })[0]?.parity).toContain(
      'favorable, the predictions no',
    );
  });

  it.each([
    [0, '0.0000 by DI'],
    [1, '1.0000 by DI'],
    [4, '0.2500 by DI'],
    [1e-7, '0.0000 by DI'],
    [1e15, '0.0000 by DI'],
    [1.5e-7, '0.0000 by DI'],
    ['NaN', 'Clarify gives no number for DI: no reason given'],
    ['Infinity', 'Clarify gives no number for DI: no reason given'],
    [null, 'Clarify gives no number for DI: no reason given'],
  ])('take a DI of %j two-sided', (value, impact) => {
    expect(measuresIn(changed(ANALYSIS, [...FIRST, 1, 'value'], value))[0]).toMatchObject({ impact });
  });

  it.each([
    [0.06, -0.05, 0.07, '0.0700 by SD'],
    [0.06, -0.09, 0.07, '0.0900 by RD'],
    [0.06, 1.5, 0.07, 'RD is more than 1, which is impossible for a difference of rates'],
    [0.06, 0.05, -3, 'SD is more than 1, which is impossible for a difference of rates'],
    [1.01, 0.05, 0.05, '0.0500 by RD'],
  ])('make equalised odds of RD and SD', (dppl, rd, sd, odds) => {
    const metrics = [
      { name: 'DPPL', value: dppl },
      { name: 'RD', value: rd },
      { name: 'SD', value: sd },
    ];

    expect(measuresIn(changed(ANALYSIS, FIRST, metrics))[0]).toMatchObject({ odds, impact: 'the analysis has no DI' });
  });

  it('read the bare NaN and Infinity that Python writes into JSON', () => {
    const text = new TextDecoder().decode(vector(ANALYSIS)).replace('"value": 0.8', '"value": -Infinity');

    expect(measuresIn(new TextEncoder().encode(text))[0]?.impact).toContain('no number for DI');
  });
});

describe('a Clarify analysis proves nothing', () => {
  const nothing = (reason: string) => [{ value: '', parity: reason, impact: reason, odds: reason }];

  it.each([
    ['age', 'the analysis has no facet age'],
    ['sex', 'the analysis has no facet sex'],
    ['toString', 'the analysis has no facet toString'],
  ])('about a facet that it lacks: %s', (attribute, reason) => {
    expect(measuresIn(vector(ANALYSIS), attribute)).toEqual(nothing(reason));
  });

  it('about predictions where it has none', () => {
    const bytes = changed(ANALYSIS, ['post_training_bias_metrics'], undefined);

    expect(measuresIn(bytes)).toEqual(nothing('the analysis has no post_training_bias_metrics'));
  });

  it.each([
    [
      { label_column: 'repaid', favorable_value: '1' },
      'the analysis is about label label, the predictions have repaid',
    ],
    [{ label_column: 'label', favorable_value: '0' }, 'the analysis takes 1 for favorable, the predictions 0'],
    [{ label_column: 'label', favorable_value: 'yes' }, 'the analysis takes 1 for favorable, the predictions yes'],
  ])('about another outcome: %j', (reference, reason) => {
    expect(measuresIn(vector(ANALYSIS), 'race', reference)).toEqual(nothing(reason));
  });

  it('but takes 1.0 for 1', () => {
    expect(measuresIn(vector(ANALYSIS), 'race', { label_column: 'label', favorable_value: '1.0' })).toHaveLength(2);
  });
});

describe('a Clarify analysis is refused', () => {
  it.each([
    [[...FIRST, 0, 'value'], 'much', 'metrics.0.value'],
    [[...FIRST, 0], { value: 1 }, 'metrics.0.name is missing'],
    [['post_training_bias_metrics', 'facets'], undefined, 'facets is missing'],
    [['post_training_bias_metrics', 'label'], 1, 'post_training_bias_metrics.label'],
  ])('where %j is %j', (path, value, problem) => {
    expect(() => parseBiasReport(changed(ANALYSIS, path, value))).toThrow(problem);
  });

  it('where a facet gives a metric twice, because one of them is the one that somebody likes', () => {
    const bytes = changed(ANALYSIS, [...FIRST, 1, 'name'], 'DPPL');

    expect(() => measuresIn(bytes)).toThrow('facets.race.african_american gives DPPL twice');
  });

  it('above its size', () => {
    expect(() => parseBiasReport(new Uint8Array(1_048_577))).toThrow('at most 1048576 are read');
    expect(() => parseBiasReport(bytesOf([]))).toThrow('a list');
  });
});

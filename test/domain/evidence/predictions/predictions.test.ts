import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectionsOf, unseenGroups } from '../../../../lib/domain/evidence/predictions/intersections.ts';
import {
  GROUPS_MAX,
  misnamedColumns,
  OutcomeCounts,
  withoutWeights,
} from '../../../../lib/domain/evidence/predictions/predictions.ts';
import { outcomeCountsOf } from '../../../../lib/domain/evidence/predictions/predictions-counts.ts';
import {
  COMBINATIONS_MAX,
  outcomeCountsSql,
  VALUE_MAX_CHARACTERS,
} from '../../../../lib/domain/evidence/predictions/predictions-sql.ts';
import { sqlLiteral } from '../../../../lib/domain/evidence/predictions/sql.ts';

const reference = (changes: object = {}) => ({
  uri: 's3://models/predictions.parquet',
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
  ...changes,
});

describe('the statement that counts outcomes', () => {
  it('is the bare grouping of the table by the columns that are asked for', () => {
    const statement = outcomeCountsSql('predictions', reference({ protected_attributes: ['race', 'sex', 'age'] }));

    expect(statement).toContain(
      'SELECT "label" AS label, "prediction" AS prediction, "race" AS attribute_0, "sex" AS attribute_1, "age" AS attribute_2, count(*) AS n\n  FROM predictions\n  GROUP BY 1, 2, 3, 4, 5',
    );
    expect(statement).not.toContain('weight');
  });

  it('sums weights as decimals, whose sum does not depend on the order of the rows', () => {
    const statement = outcomeCountsSql('predictions', reference({ weight_column: 'w' }));

    expect(statement).toContain(
      'TRY_CAST("w" AS DECIMAL(38, 18)) END AS row_weight, TRY_CAST("w" AS DOUBLE) AS double_weight FROM predictions',
    );
    expect(statement).toContain('sum(CASE WHEN row_weight BETWEEN 0 AND 1000000000 THEN row_weight END) AS weight');
  });

  it('quotes names, so that none can act as SQL', () => {
    expect(outcomeCountsSql('predictions', reference({ label_column: 'a"b' }))).toContain('"a""b" AS label');
  });

  it('writes literals that hold exactly their value', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const literal = sqlLiteral(value);

        expect(literal).toMatch(/^'([^']|'')*'$/);
        expect(literal.slice(1, -1).replaceAll("''", "'")).toBe(value);
      }),
    );
  });

  it.each([
    ['a label that is its own prediction', { label_column: 'prediction' }, 'prediction'],
    ['a label that differs from the prediction by case only', { label_column: 'Prediction' }, 'prediction'],
    ['a protected attribute that is the label', { protected_attributes: ['race', 'label'] }, 'label'],
    ['a protected attribute twice', { protected_attributes: ['race', 'race'] }, 'race'],
    ['a weight that is the prediction', { weight_column: 'prediction' }, 'prediction'],
  ])('refuses %s', (_, changes, column) => {
    const act = () => outcomeCountsSql('predictions', reference(changes));

    expect(act).toThrow(
      expect.objectContaining({
        name: 'EvidenceUnreadable',
        violations: [{ field: 'predictions', problem: `uses column ${column} twice` }],
      }),
    );
  });
});

describe('the rows of that statement', () => {
  const row = (label: string | null, prediction: string | null, race: string | null, sex: string | null, n = 1) => ({
    label,
    prediction,
    attribute_0: race,
    attribute_1: sex,
    n,
  });

  it('are summed for each attribute and each pair, and what is missing is stated', () => {
    const rows = [
      row('1', '1', 'black', 'female', 3),
      row('0', '1', 'black', null, 2),
      row('1', null, 'black', 'male', 4),
      row(null, '0', null, 'male', 5),
      row(null, null, 'white', ' ', 6),
    ];

    const counts = outcomeCountsOf(rows, reference());

    expect(counts.groups.map(({ attribute, value, count }) => [attribute, value, count])).toEqual([
      ['race', 'black', 5],
      ['race', 'white', 0],
      ['race × sex', 'black × female', 3],
      ['race × sex', 'black × male', 0],
      ['sex', 'female', 3],
      ['sex', 'male', 5],
    ]);
    expect(counts.groups[0]).toMatchObject({ favorable: 5, truePositive: 3, falsePositive: 2, missingPredictions: 4 });
    expect(counts).toMatchObject({
      rows: 20,
      // Five of these have no race: they are in no group of it, and count all the same.
      all: { count: 10, favorable: 5, labelled: 5, actualFavorable: 3, truePositive: 3, falsePositive: 2 },
      missing: { predictions: 10, labels: 11, attributes: { race: 5, sex: 8 } },
    });
  });

  it('mean the same whichever engine spelt them', () => {
    const texts = ['1', '1.0', '1.0E0', '+1', ' 1 '];
    const rows = texts.map((text) => ({ ...row(text, text, 'black', 'female'), n: '7' }));

    const counts = outcomeCountsOf([...rows, { ...row('0x1', '0x1', 'black', 'female'), n: 1n }], reference());

    expect(counts.groups[0]).toMatchObject({ count: 36, favorable: 35, truePositive: 35 });
    expect(counts.otherValues).toEqual({ predictions: 1, labels: 1 });
    expect(counts.values.predictions).toEqual({ some: ['0x1', '1'], hasFavorable: true });
  });

  it('form one group of what says the same, and no group of what says nothing', () => {
    const spelt = ['1', '1.0', 'TRUE', 'true', 'None', 'NULL', '<NA>', ' ', 'NaN', 'none'];

    const { groups, missing, otherValues } = outcomeCountsOf(
      spelt.map((race) => row('0', '0.0', race, 'f')).concat(spelt.map((race) => row('1', '0', race, 'f'))),
      reference(),
    );

    expect(groups.flatMap(({ attribute, value, count }) => (attribute === 'race' ? [[value, count]] : []))).toEqual([
      ['1', 4],
      ['none', 2],
      ['true', 4],
    ]);
    expect(missing.attributes['race']).toBe(10);
    expect(otherValues).toEqual({ predictions: 1, labels: 1 });
  });

  it.each([
    ['a favorable value that no column has', ['0', 'no', 'yes'], ['no', 'yes'], ['predictions', 'labels']],
    ['predictions that are called otherwise', ['no', 'yes'], ['0', '1'], ['predictions']],
    ['one prediction that is called otherwise', ['no'], ['0', '1'], ['predictions']],
    ['labels that are called otherwise', ['0', '1'], ['no', 'yes'], ['labels']],
    ['a model that favors nobody', ['0'], ['0', '1'], []],
    ['nobody who deserves it', ['0', '1'], ['0'], []],
    ['columns that both have it', ['0', '1'], ['1', 'no'], []],
  ])('tell which name is the problem: %s', (_, predictions, labels, misnamed) => {
    const pairs = predictions.flatMap((prediction) => labels.map((label) => row(label, prediction, 'a', 'f')));

    expect(misnamedColumns(outcomeCountsOf(pairs, reference()))).toEqual(misnamed);
  });

  it('are refused where two pairs of values would read alike, which hides a group behind another', () => {
    const rows = [row('1', '1', 'a × b', 'c'), row('1', '1', 'a', 'b × c')];
    const oneAttribute = reference({ protected_attributes: ['race'] });

    expect(() => outcomeCountsOf(rows, reference())).toThrow('have a value with "×" between blanks');
    expect(outcomeCountsOf(rows, oneAttribute).groups.map(({ value }) => value)).toEqual(['a', 'a × b']);
  });

  it('are no rows of an empty table', () => {
    expect(outcomeCountsOf([], reference())).toMatchObject({
      rows: 0,
      groups: [],
      missing: { predictions: 0, labels: 0 },
    });
  });

  it('are refused when a column has no value in any row, which is a mistake', () => {
    expect(() => outcomeCountsOf([row('1', null, null, 'female')], reference())).toThrow(
      'predictions lacks column race, or it has no value in any row; predictions lacks column prediction, or',
    );
  });

  it('are refused when an attribute has so many values that it is none', () => {
    const rows = Array.from({ length: GROUPS_MAX + 1 }, (_, index) => row('1', '1', `${index}`, null));

    expect(() => outcomeCountsOf(rows, reference())).toThrow('put numbers such as age in bands');
  });

  it('are refused when their attributes together have too many groups, each of which has few', () => {
    const rows = Array.from({ length: GROUPS_MAX / 2 }, (_, index) => row('1', '1', `${index}`, `${index}`));

    expect(() => outcomeCountsOf(rows, reference())).toThrow(`more than ${GROUPS_MAX} groups`);
  });

  it('are refused when the names of their groups do not fit the item that keeps them', () => {
    const long = (index: number) => `${index}`.padStart(VALUE_MAX_CHARACTERS, 'x');
    const rows = Array.from({ length: 400 }, (_, index) => row('1', '1', long(index), null));

    const byRace = reference({ protected_attributes: ['race'] });
    expect(outcomeCountsOf(rows.slice(0, 300), byRace).groups).toHaveLength(300);
    expect(() => outcomeCountsOf(rows, byRace)).toThrow(
      'have 400 groups whose names have 104000 bytes in all; at most 100000 are kept',
    );
  });

  it('are refused when there are so many combinations that they are no decisions', () => {
    const rows = Array.from({ length: COMBINATIONS_MAX + 1 }, () => row('1', '0.5', 'black', 'female'));

    expect(() => outcomeCountsOf(rows, reference())).toThrow('submit decisions, not scores');
  });

  it('are refused with a value that is no category', () => {
    const long = 'ü'.repeat(VALUE_MAX_CHARACTERS);

    expect(outcomeCountsOf([row('1', '1', '😀'.repeat(VALUE_MAX_CHARACTERS), long)], reference()).groups).toHaveLength(
      3,
    );
    expect(() => outcomeCountsOf([row('1', '1', `${long}x`, 'female')], reference())).toThrow('256 characters');
  });

  it('are a fault when they are no counts: the statement is ours', () => {
    const notText = { ...row('1', '1', 'black', 'female'), attribute_1: 7 };

    for (const wrong of [row('1', '1', 'black', 'female', -1), notText]) {
      expect(() => outcomeCountsOf([wrong], reference())).toThrow('must be rows of texts and counts');
    }
  });
});

describe('weights', () => {
  const weighted = reference({ weight_column: 'w', protected_attributes: ['race'] });
  const row = (label: string, prediction: string, race: string, weight: string | null, weighed = 2) => ({
    label,
    prediction,
    attribute_0: race,
    n: 2,
    weighed,
    weight,
    squares: weight === null ? null : Number(weight) ** 2,
  });

  it('are summed exactly, as text', () => {
    const rows = [
      row('1', '1', 'black', '0.100000000000000000'),
      row('0', '1', 'black', '0.200000000000000001'),
      row('0', '0', 'black', '1000000000.000000000000000000'),
    ];

    expect(outcomeCountsOf(rows, weighted).groups).toEqual([
      expect.objectContaining({
        count: 6,
        favorable: 4,
        weights: {
          count: '1000000000.300000000000000001',
          favorable: '0.300000000000000001',
          labelled: '1000000000.300000000000000001',
          actualFavorable: '0.1',
          truePositive: '0.1',
          falsePositive: '0.200000000000000001',
        },
        squares: {
          count: expect.closeTo(1e18, -3),
          actualFavorable: expect.closeTo(0.01, 15),
          actualOther: expect.closeTo(1e18, -3),
        },
      }),
    ]);
  });

  it('count towards what their rows have: without a label to no rate of labels, without a decision to none', () => {
    const rows = [row('1', '1', 'black', '1'), row('', '1', 'black', '2'), row('1', '', 'black', '4')];

    expect(outcomeCountsOf(rows, weighted).groups[0]).toMatchObject({
      weights: { count: '3', favorable: '3', labelled: '1', actualFavorable: '1' },
      squares: { count: 5, actualFavorable: 1, actualOther: 0 },
    });
  });

  it('are refused when a row has none', () => {
    const rows = [row('1', '1', 'black', null, 0), row('1', '1', 'white', '1', 1)];

    expect(() => outcomeCountsOf(rows, weighted)).toThrow(
      expect.objectContaining({
        name: 'EvidenceUnreadable',
        violations: [
          {
            field: 'predictions.weight_column',
            problem: 'has no weight between 0 and 1000000000 in column w in 3 of 4 rows',
          },
        ],
      }),
    );
  });

  it('can be left away: then every row counts alike', () => {
    const counts = outcomeCountsOf([row('1', '1', 'black', '7')], weighted);

    expect(withoutWeights(counts).groups[0]).not.toHaveProperty('weights');
    expect(withoutWeights(counts).groups[0]).not.toHaveProperty('squares');
  });
});

describe('intersections of three and more attributes', () => {
  const ATTRIBUTES = ['race', 'sex', 'age', 'region'];
  const row = (values: readonly string[], n: number) => ({
    label: '1',
    prediction: '1',
    ...Object.fromEntries(values.map((value, index) => [`attribute_${index}`, value])),
    n,
  });

  it('are summed from the same rows, up to all of them together', () => {
    const rows = [row(['a', 'f', 'old', 'n'], 1), row(['a', 'f', 'old', 's'], 2), row(['b', 'm', 'old', 's'], 4)];

    const { largerIntersections } = outcomeCountsOf(rows, reference({ protected_attributes: ATTRIBUTES }));

    const counted = largerIntersections?.map(({ attribute, value, count }) => `${attribute}: ${value} ${count}`);
    expect(counted).toHaveLength(2 + 3 + 3 + 3 + 3);
    expect(counted).toContain('race × sex × age: a × f × old 3');
    expect(counted).toContain('race × sex × age × region: b × m × old × s 4');
  });

  it('are not there for two attributes', () => {
    const rows = [row(['a', 'f'], 1)];

    expect(outcomeCountsOf(rows, reference())).not.toHaveProperty('largerIntersections');
  });

  it('are left out, and nothing is refused, where they are more groups than are counted', () => {
    const some = Array.from({ length: 1600 }, (_, i) => row([`${i % 40}`, `${Math.floor(i / 40)}`, `${i % 7}`], 1));

    const counts = outcomeCountsOf(some, reference({ protected_attributes: ATTRIBUTES.slice(0, 3) }));

    expect(counts.groups.length).toBeGreaterThan(1000);
    expect(counts).not.toHaveProperty('largerIntersections');
  });

  it('are left out where going through them would take seconds', () => {
    const names = Array.from({ length: 10 }, (_, index) => `c${index}`);
    const people = (n: number) =>
      Array.from({ length: n }, (_, i) =>
        row(
          [...i.toString(4).padStart(10, '0')].map((digit) => `v${digit}`),
          1,
        ),
      );

    const [few, many] = [1, 11_000].map((n) => outcomeCountsOf(people(n), reference({ protected_attributes: names })));

    expect(few?.largerIntersections).toHaveLength(2 ** 10 - 1 - 10 - 45);
    expect(many).not.toHaveProperty('largerIntersections');
  });

  it('lose their weights with the others', () => {
    const rows = [{ ...row(['a', 'f', 'old'], 1), weighed: 1, weight: '2', squares: 4 }];

    const counts = outcomeCountsOf(
      rows,
      reference({ protected_attributes: ATTRIBUTES.slice(0, 3), weight_column: 'w' }),
    );

    expect(counts.largerIntersections?.[0]).toMatchObject({ weights: { count: '2' }, squares: { count: 4 } });
    expect(withoutWeights(counts).largerIntersections?.[0]).not.toHaveProperty('squares');
  });
});

describe('an intersection that no row is in', () => {
  it('is named, because a comparison of groups cannot see it', () => {
    const rows = [
      { label: '1', prediction: '1', attribute_0: 'black', attribute_1: 'female', n: 1 },
      { label: '1', prediction: '1', attribute_0: 'white', attribute_1: 'male', n: 1 },
    ];

    const counts = OutcomeCounts.parse(outcomeCountsOf(rows, reference()));

    const [both] = intersectionsOf(counts.attributes);
    expect(both && unseenGroups(counts, both)).toEqual(['black × male', 'white × female']);
    expect(unseenGroups(counts, { name: 'race', of: ['race'] })).toEqual([]);
  });
});

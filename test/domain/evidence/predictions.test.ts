import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GROUPS_MAX, outcomeCountsOf, outcomeCountsSql, sqlLiteral } from '../../../lib/domain/evidence/predictions.ts';

const reference = (changes: object = {}) => ({
  uri: 's3://models/predictions.parquet',
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
  ...changes,
});

describe('the statement that counts outcomes', () => {
  it('groups by nothing, by each attribute and by each pair', () => {
    const statement = outcomeCountsSql('predictions', reference({ protected_attributes: ['race', 'sex', 'age'] }));

    expect(statement).toContain(
      'GROUPING SETS ((), (attribute_0), (attribute_1), (attribute_2), (attribute_0, attribute_1), (attribute_0, attribute_2), (attribute_1, attribute_2))',
    );
  });

  it('quotes names and values, so that neither can be taken for SQL', () => {
    const statement = outcomeCountsSql('predictions', reference({ label_column: 'a"b', favorable_value: "'; DROP" }));

    expect(statement).toContain('"a""b" AS label');
    expect(statement).toContain("label = '''; DROP'");
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
  ])('refuses %s', (_, changes, column) => {
    const act = () => outcomeCountsSql('predictions', reference(changes));

    expect(act).toThrow(
      expect.objectContaining({
        name: 'EvidenceUnreadable',
        faults: [{ field: 'predictions', problem: `uses column ${column} twice` }],
      }),
    );
  });
});

describe('the rows of that statement', () => {
  const COUNTS = { predicted: 5, favorable: 2, labelled: 4, actual_favorable: 3, true_positive: 1, false_positive: 1 };
  const LACKS = { missing_predictions: 1, missing_labels: 1, unlabelled: 2, other_predictions: 1, other_labels: 1 };
  const row = (grouping_id: number, race: string | null, sex: string | null, changes = {}) => ({
    grouping_id,
    attribute_0: race,
    attribute_1: sex,
    ...COUNTS,
    ...LACKS,
    ...changes,
  });

  it('tell a group without a value from all groups together', () => {
    const rows = [
      row(3, null, null, { predicted: 10n, missing_predictions: '2' }),
      row(1, 'black', null),
      row(1, null, null, { predicted: 5 }),
      row(2, null, 'female'),
      row(0, 'black', 'female'),
      row(0, null, 'female'),
    ];

    const counts = outcomeCountsOf(rows, reference());

    expect(counts.groups.map(({ attribute, value }) => [attribute, value])).toEqual([
      ['race', 'black'],
      ['race × sex', 'black × female'],
      ['sex', 'female'],
    ]);
    expect(counts).toMatchObject({ rows: 12, missing: { predictions: 2, labels: 2, attributes: { race: 6, sex: 6 } } });
  });

  it('are no rows of an empty table', () => {
    expect(outcomeCountsOf([], reference())).toMatchObject({
      rows: 0,
      groups: [],
      missing: { predictions: 0, labels: 0 },
    });
  });

  it('are refused when an attribute has so many values that it is none', () => {
    const rows = Array.from({ length: GROUPS_MAX + 1 }, (_, index) => row(1, `${index}`, null));

    expect(() => outcomeCountsOf(rows, reference())).toThrow('put numbers such as age in bands');
  });

  it('are a fault when they are no counts: the statement is ours', () => {
    expect(() => outcomeCountsOf([row(3, null, null, { favorable: -1 })], reference())).toThrow('favorable');
  });
});

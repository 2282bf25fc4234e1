import { describe, expect, it } from 'vitest';
import { behaviourCountsOf } from '../../../../lib/domain/evidence/predictions/behaviour-counts.ts';
import {
  behaviourColumns,
  behaviourQuestion,
  behaviourSql,
} from '../../../../lib/domain/evidence/predictions/behaviour-sql.ts';
import { GROUPS_MAX } from '../../../../lib/domain/evidence/predictions/predictions.ts';
import { COMBINATIONS_MAX } from '../../../../lib/domain/evidence/predictions/predictions-sql.ts';
import { aBehaviourQuestion as question, REFERENCE } from '../../../support/a-behaviour-question.ts';

const { columns: _, ...UNNAMED } = REFERENCE;

/** A row of the result, as an engine gives it. */
const row = (changes: object = {}) => ({
  part: -1,
  here: 1,
  there: 1,
  label: '1',
  prediction: '1',
  former_label: '1',
  former_prediction: '1',
  attribute_0: 'a',
  former_attribute_0: 'a',
  cell: null,
  n: 10n,
  ...changes,
});
const ofColumn = (cell: string | null, prediction: string, n: number) => ({
  ...row({ part: 0, here: null, there: null, label: null, former_label: null, attribute_0: null, cell, prediction, n }),
});
const countsOf = (...rows: object[]) => behaviourCountsOf(rows, question(), [{ name: 'branch', isNumber: false }]);

describe('the question', () => {
  it('is none where one of the manifests names no column of ids, by its name of now or its former one', () => {
    expect(behaviourQuestion(REFERENCE, UNNAMED)).toBeUndefined();
    expect(behaviourQuestion(UNNAMED, REFERENCE)).toBeUndefined();
    expect(behaviourQuestion({ ...UNNAMED, id_column: 'application' }, REFERENCE)?.now.rowId).toBe('application');
  });

  it('is of the attributes of the release, by what the other calls them', () => {
    const asked = question({ protected_attributes: ['race', 'sex'] }, { protected_attributes: ['Race'] });

    expect(asked.attributes).toEqual([
      { name: 'race', former: 'Race' },
      { name: 'sex', former: undefined },
    ]);
  });

  it('is one statement, which reads no name as anything else', () => {
    const sql = behaviourSql('t', 'u', { ...question({ label_column: 'a"b' }), further: [], hasWholeIds: false });

    expect(sql).toContain('"a""b" AS label');
    expect(sql).not.toContain(';');
  });
});

describe('the statement', () => {
  const FURTHER = [
    { name: 'score', isNumber: true },
    { name: 'branch', isNumber: false },
  ];

  it('asks the other table for no attribute that it does not have', () => {
    const asked = question({}, { protected_attributes: ['sex'] });

    const sql = behaviourSql('t', 'u', { ...asked, further: FURTHER, hasWholeIds: true });

    expect(sql).toContain('attribute_0');
    expect(sql).not.toContain('former_attribute_0');
    expect(behaviourColumns(asked)).toEqual({
      now: ['id', 'label', 'prediction', 'race'],
      former: ['id', 'label', 'prediction'],
    });
  });

  it('has a set of groups for each further column, and reads ids by their type where both are whole numbers', () => {
    const keyed = behaviourSql('t', 'u', { ...question(), further: FURTHER, hasWholeIds: false });
    const whole = behaviourSql('t', 'u', { ...question(), further: FURTHER, hasWholeIds: true });

    expect(whole).toContain('(prediction, former_prediction, further_0), (prediction, former_prediction, further_1)');
    expect(keyed).toContain('regexp_replace');
    expect(whole).not.toContain('regexp_replace');
  });
});

describe('the answer', () => {
  it('is what was decided about whom, then and now, by value and not by spelling', () => {
    const counts = behaviourCountsOf(
      [
        row({ prediction: '1.0', former_prediction: 'yes', n: '4' }),
        row({ prediction: '0', former_prediction: 'Yes', attribute_0: ' a ', n: 2 }),
        row({ prediction: '1', former_prediction: 'no', attribute_0: 'b' }),
        row({ prediction: '0', former_prediction: 'no', attribute_0: 'b', n: 7 }),
      ],
      question({}, { favorable_value: 'yes' }),
      [],
    );

    // `Yes` is another word than `yes`.
    expect(counts.all).toEqual({ stayedYes: 4, stayedNo: 9, yesToNo: 0, noToYes: 10 });
    expect(counts.groups).toEqual([
      { attribute: 'race', value: 'a', stayedYes: 4, stayedNo: 2, yesToNo: 0, noToYes: 0 },
      { attribute: 'race', value: 'b', stayedYes: 0, stayedNo: 7, yesToNo: 0, noToYes: 10 },
    ]);
    expect(counts.otherValues).toEqual({ now: 1, former: 2 });
  });

  it('counts rows that are in one table only, that have no id, and that lack a decision', () => {
    const counts = countsOf(
      row(),
      row({ there: 0, former_label: null, former_prediction: null, n: 3 }),
      row({ here: 2, there: 0, former_prediction: null, n: 2 }),
      row({ here: 0, label: null, prediction: null, attribute_0: null, n: 5 }),
      row({ here: 0, there: 2, prediction: null, n: 1 }),
      row({ prediction: 'NaN', n: 4 }),
    );

    expect(counts).toMatchObject({
      rows: { now: 19, former: 20 },
      unnamed: { now: 2, former: 1 },
      common: 14,
      undecided: 4,
      all: { stayedYes: 10, stayedNo: 0, yesToNo: 0, noToYes: 0 },
    });
  });

  it('counts common ids of which the tables say different things, and none of which one says nothing', () => {
    const counts = countsOf(
      row({ former_label: '0', n: 1 }),
      row({ former_attribute_0: 'b', n: 2 }),
      row({ label: '1.0', former_attribute_0: null, n: 4 }),
      row({ former_label: null, attribute_0: null, n: 8 }),
    );

    expect(counts).toMatchObject({ common: 15, contradicted: 3 });
  });

  it('compares labels by whether they are favorable', () => {
    const asked = question({}, { favorable_value: 'yes' });

    expect(behaviourCountsOf([row({ former_label: 'yes' })], asked, []).contradicted).toBe(0);
    expect(behaviourCountsOf([row({ former_label: 'no' })], asked, []).contradicted).toBe(10);
  });

  it('reads attributes that the other table does not have', () => {
    const asked = question({}, { protected_attributes: ['sex'] });
    const { former_attribute_0: __, ...shared } = row();

    expect(behaviourCountsOf([shared], asked, [])).toMatchObject({ contradicted: 0, groups: [{ value: 'a' }] });
  });

  it('is refused where an id is repeated, by value and count, and by the table', () => {
    const repeated = (here: number, cell: string, n: number) => row({ part: -2, here, there: 0, cell, n });

    expect(() => countsOf(row(), repeated(1, '5e0', 2), repeated(0, 'a-1', 3))).toThrow(
      'predictions.columns.row_id is to tell rows apart, but has 5 2 times in column id, a-1 3 times in column id of the live release',
    );
    const many = Array.from({ length: 6 }, (_unused, index) => repeated(1, `a-${index}`, 2));
    expect(() => countsOf(...many)).toThrow(/a-4 2 times in column id, and more$/);
  });

  it('is refused where decisions are no decisions, or attributes no groups', () => {
    // Refused by their number alone: what they say is not read any more.
    const combinations = Array.from({ length: COMBINATIONS_MAX + 1 }, () => ({ part: -1 }));
    const groups = Array.from({ length: GROUPS_MAX + 1 }, (_unused, index) => row({ attribute_0: `a${index}` }));

    expect(() => behaviourCountsOf(combinations, question(), [])).toThrow(`more than ${COMBINATIONS_MAX} combinations`);
    expect(() => countsOf(...groups)).toThrow(`more than ${GROUPS_MAX} groups`);
  });
});

describe('a further column', () => {
  const columns = (...rows: object[]) => countsOf(row(), ...rows).columns;

  it('has the changes of each value, by value and not by spelling', () => {
    expect(
      columns(
        ofColumn('b', '1', 5),
        ofColumn('a', '1', 6),
        ofColumn(' a ', '0', 2),
        ofColumn('', '0', 9),
        ofColumn(null, '0', 3),
      ),
    ).toEqual([
      {
        column: 'branch',
        values: [
          { value: 'a', compared: 8, changed: 2 },
          { value: 'b', compared: 5, changed: 0 },
        ],
      },
    ]);
  });

  it('has changes of either direction', () => {
    const gained = { ...ofColumn('a', '1', 3), former_prediction: '0' };

    expect(columns(gained, ofColumn('b', '0', 2))[0]?.values).toEqual([
      { value: 'a', compared: 3, changed: 3 },
      { value: 'b', compared: 2, changed: 2 },
    ]);
  });

  it('of few numbers has each of them, in their order, beside words', () => {
    const found = columns(ofColumn('10.0', '1', 5), ofColumn('9', '0', 1), ofColumn('none at all', '1', 2));

    expect(found[0]?.values.map(({ value }) => value)).toEqual(['9', '10', 'none at all']);
  });

  it('of many numbers has quartiles, and numbers that differ in the last digit are the same', () => {
    const numbers = Array.from({ length: 12 }, (_unused, index) => ofColumn(`${index + 1}`, index < 3 ? '0' : '1', 1));

    expect(columns(...numbers, ofColumn('12.000000000000002', '1', 4))[0]?.values).toEqual([
      { value: '1 to 4', compared: 4, changed: 3 },
      { value: '5 to 8', compared: 4, changed: 0 },
      { value: '9 to 12', compared: 8, changed: 0 },
    ]);
  });

  it('of one number that is in most rows has that number for a band', () => {
    const numbers = Array.from({ length: 11 }, (_unused, index) => ofColumn(`${index}`, '1', index === 0 ? 100 : 1));

    expect(columns(...numbers)[0]?.values.map(({ value }) => value)).toEqual(['0', '1 to 10']);
  });

  it('is left out where it has one value, or too many, or longer ones than a category has', () => {
    const many = Array.from({ length: 201 }, (_unused, index) => ofColumn(`b${index}`, '1', 1));

    expect(columns(ofColumn('a', '1', 5), ofColumn('x'.repeat(257), '1', 5))).toEqual([]);
    expect(columns(...many)).toEqual([]);
  });

  it('counts only compared rows', () => {
    expect(columns({ ...ofColumn('a', '1', 5), former_prediction: null }, ofColumn('b', '1', 1))).toEqual([]);
  });
});

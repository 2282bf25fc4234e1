import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  behaviourCountsOf,
  behaviourOf,
  mayRepeatIds,
  refuseRepeatedIds,
} from '../../../../lib/domain/evidence/predictions/behaviour-counts.ts';
import {
  type BehaviourQuestion,
  behaviourColumns,
  behaviourQuestion,
} from '../../../../lib/domain/evidence/predictions/behaviour-question.ts';
import {
  behaviourSql,
  type FurtherColumn,
  type Ids,
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
  differs: 0,
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
const KEYS: Ids = { as: 'keys' };
const paired = (here: number, there: number, n: number) => ({ part: -1, here, there, n });
const asking = (asked: BehaviourQuestion, further: readonly FurtherColumn[] = []) => ({
  ...asked,
  liveColumns: [],
  further,
  ids: KEYS,
});
const countsOf = (...rows: object[]) =>
  behaviourCountsOf(rows, asking(question(), [{ name: 'branch', isNumber: false }]));

describe('the question', () => {
  it('is none where one of the manifests names no column of ids, by its name of now or its former one', () => {
    expect(behaviourQuestion(REFERENCE, UNNAMED)).toBeUndefined();
    expect(behaviourQuestion(UNNAMED, REFERENCE)).toBeUndefined();
    expect(behaviourQuestion({ ...UNNAMED, id_column: 'application' }, REFERENCE)?.now.rowId).toBe('application');
  });

  it('is of the attributes of both releases, by what each calls them', () => {
    const asked = question({ protected_attributes: ['race', 'sex'] }, { protected_attributes: ['Race', 'age'] });

    expect(asked.attributes).toEqual([
      { name: 'race', now: 'race', former: 'Race' },
      { name: 'sex', now: 'sex', former: undefined },
      { name: 'age', now: undefined, former: 'age' },
    ]);
  });

  it('is one statement, which reads no name as anything else', () => {
    const sql = behaviourSql('t', 'u', {
      ...question({ label_column: 'a"b' }),
      liveColumns: [],
      further: [],
      ids: KEYS,
    });

    expect(sql).toContain('"a""b" AS label');
    expect(sql).not.toContain(';');
  });
});

describe('the statement', () => {
  const FURTHER = [
    { name: 'score', isNumber: true },
    { name: 'branch', isNumber: false },
  ];

  it('asks each table for no attribute that its manifest does not name', () => {
    const asked = question({}, { protected_attributes: ['sex'] });

    const sql = behaviourSql('t', 'u', { ...asked, liveColumns: [], further: FURTHER, ids: { as: 'numbers' } });

    expect(sql).toContain('"race" AS attribute_0');
    expect(sql).not.toContain('former_attribute_0');
    expect(sql).toContain('"sex" AS former_attribute_1');
    expect(sql).not.toMatch(/\battribute_1/);
    expect(behaviourColumns(asked)).toEqual({
      now: ['id', 'label', 'prediction', 'race'],
      former: ['id', 'label', 'prediction', 'sex'],
    });
  });

  it('asks for columns to be the same once, and not of the live table, which may lack them', () => {
    const asked = { ...question(), sameColumns: ['income', 'Race'] };

    expect(behaviourColumns(asked)).toEqual({
      now: ['id', 'label', 'prediction', 'race', 'income'],
      former: ['id', 'label', 'prediction', 'race'],
    });
  });

  it('has a set of groups for each further column, and reads ids by their type where both are whole numbers', () => {
    const keyed = behaviourSql('t', 'u', { ...question(), liveColumns: [], further: FURTHER, ids: KEYS });
    const whole = behaviourSql('t', 'u', { ...question(), liveColumns: [], further: FURTHER, ids: { as: 'numbers' } });

    expect(whole).toContain(
      '(prediction, former_prediction, further_0), (prediction, former_prediction, further_1, further_text_1)',
    );
    expect(keyed).toContain('regexp_replace');
    expect(whole).not.toContain('regexp_replace');
  });

  it('looks for repeated ids of the live table before it joins, unless it is known that none is there often', () => {
    const asked = { ...question(), liveColumns: [], further: [] };
    const named = { now: 3, former: 3 };

    expect(behaviourSql('t', 'u', { ...asked, ids: { as: 'texts' } })).toContain('FROM live_ids) = 0');
    const known = behaviourSql('t', 'u', { ...asked, ids: { as: 'texts', named } });
    expect(known).not.toContain('live_ids');
    expect(known).toContain('CAST("id" AS VARCHAR) AS id');
  });
});

describe('the answer', () => {
  it('is what was decided about whom, then and now, by value and not by spelling', () => {
    const counts = behaviourCountsOf(
      [
        row({ former_label: 'yes', prediction: '1.0', former_prediction: 'yes', n: '4' }),
        row({ former_label: 'yes', prediction: '0', former_prediction: 'Yes', attribute_0: ' a ', n: 2 }),
        row({ former_label: 'yes', prediction: '1', former_prediction: 'no', attribute_0: 'b' }),
        row({ former_label: 'yes', prediction: '0', former_prediction: 'no', attribute_0: 'b', n: 7 }),
      ],
      asking(question({}, { favorable_value: 'yes' })),
    );

    // `Yes` is another word than `yes`.
    expect(counts.all).toEqual({ stayedYes: 4, stayedNo: 9, yesToNo: 0, noToYes: 10 });
    const accounted = { undecided: 0, contradicted: 0 };
    expect(counts.groups).toEqual([
      { attribute: 'race', value: 'a', rows: 6, stayedYes: 4, stayedNo: 2, yesToNo: 0, noToYes: 0, ...accounted },
      {
        ...{ attribute: 'race', value: 'b', rows: 17, stayedYes: 0, stayedNo: 7, yesToNo: 0, noToYes: 10 },
        ...{ ...accounted, contradicted: 17 },
      },
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

  it('counts compared rows that do not say what the live table says, if it says something', () => {
    const counts = countsOf(
      row({ former_label: '0', n: 1 }),
      row({ former_attribute_0: 'b', n: 2 }),
      row({ label: null, n: 4 }),
      row({ attribute_0: null, n: 8 }),
      row({ differs: 1, n: 16 }),
      row({ label: '1.0', former_attribute_0: null, former_label: null, n: 32 }),
      row({ differs: 1, prediction: null, n: 64 }),
    );

    expect(counts).toMatchObject({ common: 127, contradicted: 31, undecided: 64 });
  });

  it('has the groups of the live table, with what became of each row that the live release decided', () => {
    const counts = countsOf(
      row({ prediction: '0', attribute_0: 'b', n: 1 }),
      row({ prediction: null, n: 2 }),
      row({ here: 0, label: null, prediction: null, attribute_0: null, n: 4 }),
      row({ former_prediction: null, n: 8 }),
      row({ former_attribute_0: null, n: 16 }),
      row({ there: 0, former_label: null, former_prediction: null, former_attribute_0: null, n: 32 }),
    );

    const live = { stayedNo: 0, noToYes: 0, yesToNo: 1, undecided: 2, contradicted: 1 };
    expect(counts.live).toEqual({ ...live, rows: 23, stayedYes: 16 });
    expect(counts.liveGroups).toEqual([{ attribute: 'race', value: 'a', ...live, rows: 7, stayedYes: 0 }]);
    expect(counts.groups).toMatchObject([
      { value: 'a', rows: 26, undecided: 10, stayedYes: 16 },
      { value: 'b', rows: 1, yesToNo: 1 },
    ]);
  });

  it('has groups of what only one of the manifests calls a protected attribute', () => {
    const asked = question({ protected_attributes: ['region'] });
    const { attribute_0: region, former_attribute_0: race, ...shared } = row();
    const pair = { ...shared, attribute_0: region, former_attribute_1: race };

    expect(behaviourCountsOf([pair], asking(asked))).toMatchObject({
      contradicted: 0,
      groups: [{ attribute: 'region', value: 'a' }],
      liveGroups: [{ attribute: 'race', value: 'a' }],
    });
  });

  it('compares labels by whether they are favorable', () => {
    const asked = question({}, { favorable_value: 'yes' });

    expect(behaviourCountsOf([row({ former_label: 'yes' })], asking(asked)).contradicted).toBe(0);
    expect(behaviourCountsOf([row({ former_label: 'no' })], asking(asked)).contradicted).toBe(10);
  });

  it('is refused where an id is repeated, by value and count, and by the table', () => {
    const repeated = (side: number, id: string, copies: number) => ({ side, id, copies });
    const refuse = (...rows: object[]) => refuseRepeatedIds(rows, question());

    expect(() => refuse()).not.toThrow();
    expect(() => refuse(repeated(1, '5e0', 2), repeated(0, 'a-1', 3))).toThrow(
      'predictions.columns.row_id is to tell rows apart, but has 5 2 times in column id, a-1 3 times in column id of the live release',
    );
    const many = Array.from({ length: 6 }, (_unused, index) => repeated(1, `a-${index}`, 2));
    expect(() => refuse(...many)).toThrow(/a-4 2 times in column id, and more$/);
  });

  it('is looked at for repeated ids unless the pairs show that there is none', () => {
    const ofLive = (ids: number, n: number) => ({ part: -2, here: ids, there: 0, n });
    const mayRepeat = (...rows: ReturnType<typeof paired>[]) => mayRepeatIds(rows, KEYS);

    // Each row of the live table has its partner, or is alone; rows without an id pair with nothing.
    expect(mayRepeat(paired(1, 1, 7), paired(0, 1, 3), paired(0, 2, 5), paired(2, 0, 5), ofLive(10, 10))).toBe(false);
    expect(mayRepeat(paired(1, 1, 8), paired(0, 1, 3), ofLive(10, 10))).toBe(true);
    expect(mayRepeat(paired(1, 1, 10), paired(1, 0, 1), ofLive(10, 10))).toBe(true);
    expect(mayRepeat(paired(1, 0, 10), ofLive(9, 10))).toBe(true);
    expect(mayRepeat(paired(1, 1, 10), ofLive(9, 10))).toBe(true);
    // What the statement did not say is not taken for granted.
    expect(mayRepeat(paired(1, 1, 10))).toBe(true);
  });

  it('is looked at for repeated ids, where it is known how many rows have one, unless each has one partner', () => {
    const copies = fc.record({ here: fc.nat(2), there: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(copies, { maxLength: 5 }), fc.nat(2), (ids, unnamed) => {
        const sum = (of: (id: { here: number; there: number }) => number) => ids.reduce((all, id) => all + of(id), 0);
        const rows = [
          paired(
            1,
            1,
            sum(({ here, there }) => here * there),
          ),
          paired(
            1,
            0,
            sum(({ here, there }) => (there === 0 ? here : 0)),
          ),
          paired(
            0,
            1,
            sum(({ here, there }) => (here === 0 ? there : 0)),
          ),
          paired(2, 0, unnamed),
          paired(0, 2, unnamed),
        ];
        const named = { now: sum(({ here }) => here), former: sum(({ there }) => there) };
        const areTwins = ids.every(({ here, there }) => here === there && here < 2);

        expect(mayRepeatIds(rows, { as: 'texts', named })).toBe(!areTwins);
      }),
    );
  });

  it('asks for repeated ids only where the pairs leave it open', async () => {
    const live = (ids: number) => row({ part: -2, here: ids, there: 0, n: 10 });
    const [asked, repeated] = [asking(question()), [{ side: 0, id: 'a-1', copies: 3 }]];

    const never = () => Promise.reject(new Error('was asked'));

    expect(await behaviourOf([row(), live(10)], asked, never)).toMatchObject({ common: 10 });
    expect(await behaviourOf([row(), live(9)], asked, async () => [])).toMatchObject({ common: 10 });
    await expect(behaviourOf([row(), live(9)], asked, async () => repeated)).rejects.toThrow(
      'a-1 3 times in column id',
    );
  });

  it('is refused where decisions are no decisions, or attributes no groups', async () => {
    // Refused by their number alone: what they say is not read any more.
    const combinations = Array.from({ length: COMBINATIONS_MAX + 1 }, () => ({ part: -1 }));
    const groups = Array.from({ length: GROUPS_MAX + 1 }, (_unused, index) => row({ attribute_0: `a${index}` }));

    await expect(behaviourOf(combinations, asking(question()), async () => [])).rejects.toThrow(
      `more than ${COMBINATIONS_MAX} combinations`,
    );
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

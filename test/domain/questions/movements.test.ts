import { describe, expect, it } from 'vitest';
import type { OutcomeRecord } from '../../../lib/domain/evidence/outcome-record.ts';
import { ratesOf } from '../../../lib/domain/questions/group-rates.ts';
import { impactsOf, isBelow, ratioBeside, worstImpact } from '../../../lib/domain/questions/impact.ts';
import { type Measured, movementsOf } from '../../../lib/domain/questions/movements.ts';
import { unmatchedOf } from '../../../lib/domain/questions/unmatched.ts';

import { totalsOf } from '../../support/totals-of.ts';

type Group = OutcomeRecord['groups'][number];
const MINIMUM = 30;
const LINE = {
  minimumRatioOf: (attribute: string) => (attribute === 'race' ? 0.8 : undefined),
  minimumRows: MINIMUM,
  isJudged: (attribute: string) => attribute !== 'age',
};

/** 200 people, of whom 100 deserve it: of these so many get it, and of the others so many. */
const group = (attribute: string, value: string, [truePositive, falsePositive]: [number, number]): Group => ({
  attribute,
  value,
  count: 200,
  favorable: truePositive + falsePositive,
  labelled: 200,
  actualFavorable: 100,
  truePositive,
  falsePositive,
});
const measured = (groups: readonly Group[], metrics: Record<string, number> = {}): Measured => ({
  metrics,
  groups: ratesOf(groups, MINIMUM),
  // The first versions kept nothing of labels, and no totals.
  totals: groups.length === 0 || groups.some(({ labelled }) => labelled === undefined) ? undefined : totalsOf(groups),
});
const moved = (live: Measured, candidate: Measured) =>
  movementsOf(live, candidate, LINE).map(
    ({ subject, group: of, effect, errors }) =>
      `${[subject, of?.attribute, of?.value].filter(Boolean).join(' ')}: ${effect} ${errors?.toFixed(1) ?? 'by ?'}`,
  );

const WHITE = group('race', 'white', [80, 20]);
const BLACK = group('race', 'black', [40, 10]);

describe('what moved against the live release', () => {
  it('is better or worse by what the rate says of people, the furthest beyond chance first', () => {
    const better = group('race', 'black', [70, 18]);

    expect(moved(measured([WHITE, BLACK]), measured([WHITE, better]))).toEqual([
      'true positive rate race black: better 4.5',
      'selection rate race black: other 4.1',
      'selection rate, of the highest one race black: better 3.2',
      'accuracy, counted: better 1.8',
      'false positive rate race black: worse 1.6',
    ]);
  });

  it('is worse where a group falls behind', () => {
    const behind = group('race', 'black', [20, 10]);

    expect(moved(measured([WHITE, BLACK]), measured([WHITE, behind]))[0]).toBe(
      'true positive rate race black: worse -3.2',
    );
  });

  it('is told of attributes that no check judges after all others', () => {
    const live = measured([WHITE, BLACK, group('age', 'f', [90, 20]), group('age', 'm', [90, 20])], { f1: 0.8 });
    const now = measured(
      [WHITE, group('race', 'black', [41, 10]), group('age', 'f', [10, 2]), group('age', 'm', [90, 20])],
      {
        f1: 0.7,
      },
    );

    expect(moved(live, now).map((line) => line.replace(/:.*/, ''))).toEqual([
      'true positive rate race black',
      'selection rate race black',
      'selection rate, of the highest one race black',
      'accuracy, counted',
      'f1',
      'true positive rate age f',
      'selection rate age f',
      'selection rate, of the highest one age f',
      'false positive rate age f',
    ]);
  });

  it('is said of metrics in standard errors where the rows are known, and without where they are not', () => {
    const live = measured([WHITE, BLACK], { accuracy: 0.7, approval_rate: 0.6, log_loss: 0.4, gone: 1 });
    const now = { accuracy: 0.8, approval_rate: 0.7, log_loss: 0.5, come: 1 };

    expect(moved(live, measured([WHITE, BLACK], now))).toEqual([
      'accuracy: better 3.3',
      'approval_rate: other by ?',
      'log_loss: worse by ?',
    ]);
    const { metrics: _, ...unread } = live;
    expect(moved({ ...unread, metrics: undefined }, measured([WHITE, BLACK], now))).toEqual([]);
    expect(moved(live, { ...unread, metrics: undefined })).toEqual([]);
    expect(moved(measured([], { accuracy: 0.7 }), measured([WHITE], now))).toEqual(['accuracy: better by ?']);
  });

  it('has only selection rates where a former version stored no labels', () => {
    const { labelled: _, actualFavorable: __, truePositive: ___, falsePositive: ____, ...former } = BLACK;
    const live = measured([WHITE, former], { accuracy: 0.7 });

    expect(moved(live, measured([WHITE, group('race', 'black', [60, 10])], { accuracy: 0.8 }))).toEqual([
      'selection rate race black: other 2.2',
      'selection rate, of the highest one race black: better 1.8',
      'accuracy: better by ?',
    ]);
  });

  it('takes groups of two releases for the same as checks do, however they are spelt', () => {
    const live = measured([group('Race', '1', [80, 20]), group('Race', '2', [40, 10])]);

    expect(moved(live, measured([group('race', '1.0', [80, 20]), group('race', '2e0', [70, 18])]))).toHaveLength(5);
  });

  it('leaves out groups that are new, and those of too few rows', () => {
    const few = { ...group('race', 'asian', [5, 5]), count: 20, labelled: 20, actualFavorable: 10 };
    const now = measured([WHITE, { ...few, favorable: 2 }, BLACK]);

    expect(moved(measured([WHITE, few]), now).filter((line) => line.includes('race'))).toEqual([]);
  });

  it('is no gain for a group if all are selected less', () => {
    const live = measured([group('sex', 'm', [90, 90]), group('sex', 'f', [50, 50])]);
    const now = measured([group('sex', 'm', [10, 10]), group('sex', 'f', [10, 8])]);

    const ratio = moved(live, now).find((line) => line.startsWith('selection rate, of the highest one sex f'));
    expect(ratio).toMatch(/: other /);
    expect(moved(live, now).join()).toContain('selection rate sex m: other');
  });

  it('counts each row once, whatever weights the submitter gave, and whichever groups kept theirs', () => {
    const weights = { count: '800', favorable: '600', labelled: '800' };
    const ofLabelled = { actualFavorable: '100', truePositive: '40', falsePositive: '10' };
    const squares = { count: 3200, actualFavorable: 100, actualOther: 100 };
    const heavy = { ...BLACK, weights: { ...weights, ...ofLabelled }, squares };

    expect(ratesOf([WHITE, heavy], MINIMUM)).toEqual(ratesOf([WHITE, BLACK], MINIMUM));
  });

  it('has the accuracy as it was counted beside the one that a report says', () => {
    const lies = measured([WHITE, BLACK], { accuracy: 0.99 });

    expect(movementsOf(measured([WHITE, WHITE], { accuracy: 0.6 }), lies, LINE)).toMatchObject([
      { subject: 'accuracy', isReported: true, before: 0.6, after: 0.99 },
      { subject: 'accuracy, counted', isReported: false, before: 0.8, after: 0.725, effect: 'worse' },
    ]);
  });

  it('has the accuracy of all rows, also of those without a value of an attribute', () => {
    // The 300 rows that were decided wrongly have no region.
    const right = group('a_region', 'north', [100, 0]);
    const now = measured([right, WHITE, BLACK]);
    const totals = totalsOf([WHITE, BLACK]);

    expect(movementsOf(measured([WHITE, WHITE]), { ...now, totals }, LINE)).toContainEqual(
      expect.objectContaining({ subject: 'accuracy, counted', before: 0.8, after: 0.725 }),
    );
  });

  it('has no accuracy where a former version kept no totals, or no row has a label', () => {
    const subjects = (totals: Measured['totals']) =>
      movementsOf(measured([WHITE, WHITE]), { ...measured([WHITE, BLACK]), totals }, LINE).map((one) => one.subject);

    expect(subjects(totalsOf([BLACK]))).toContain('accuracy, counted');
    for (const totals of [undefined, totalsOf([BLACK], { labelled: 0 })])
      expect(subjects(totals)).not.toContain('accuracy, counted');
  });

  it('is said of metrics with any name', () => {
    expect(moved(measured([]), measured([], { constructor: 1 }))).toEqual([]);
  });
});

describe('what was measured of one of two releases only', () => {
  const unmatched = (live: Measured, candidate: Measured) => unmatchedOf(live, candidate, LINE);
  const few = { ...BLACK, count: 29, favorable: 0 };

  it('is named: metrics that a report leaves out, and groups without enough rows', () => {
    expect(
      unmatched(measured([WHITE, BLACK], { auc: 0.8, recall: 0.9 }), measured([WHITE, few], { auc: 0.8, toString: 1 })),
    ).toEqual({
      reported: { gone: [{ subject: 'recall', measured: 0.9 }], come: [{ subject: 'toString', measured: 1 }] },
      counted: {
        gone: [{ subject: 'selection rate', group: { attribute: 'race', value: 'black' }, measured: 0.25 }],
        come: [],
      },
      unkept: [],
    });
    expect(unmatched(measured([WHITE, few]), measured([WHITE, BLACK])).counted.come).toHaveLength(1);
  });

  it('is named of groups that a check judges first, then of the largest', () => {
    const large = { ...group('age', 'old', [80, 20]), count: 900 };
    const gone = [large, BLACK, { ...group('race', 'asian', [80, 20]), count: 300 }];

    expect(
      unmatched(measured([WHITE, ...gone]), measured([WHITE])).counted.gone.map(({ group: of }) => of?.value),
    ).toEqual(['asian', 'black', 'old']);
  });

  it('is a rate of a group whose labels are left out, and the accuracy where no row has one', () => {
    const unlabelled = { ...BLACK, labelled: 0, actualFavorable: 0, truePositive: 0, falsePositive: 0 };
    const race = { attribute: 'race', value: 'black' };
    const { counted, unkept } = unmatched(measured([WHITE, BLACK]), measured([WHITE, unlabelled]));

    expect(counted.gone).toEqual([
      { subject: 'true positive rate', group: race, measured: 0.4 },
      { subject: 'false positive rate', group: race, measured: 0.1 },
    ]);
    expect(unkept).toEqual([]);
    expect(unmatched(measured([BLACK]), measured([unlabelled])).counted.gone[0]).toEqual({
      ...{ subject: 'accuracy, counted', measured: 0.65 },
    });
  });

  it('is not what one of them did not keep: that is named, and says nothing of what moved', () => {
    const { labelled: _, actualFavorable: __, truePositive: ___, falsePositive: ____, ...cut } = BLACK;
    const now = { ...measured([WHITE, BLACK]), groups: ratesOf([WHITE, cut], MINIMUM) };

    expect(unmatched(measured([WHITE, BLACK]), now)).toMatchObject({
      counted: { gone: [], come: [] },
      unkept: [{ kind: 'rates', attribute: 'race', groups: 1 }],
    });
    expect(unmatched(measured([WHITE, cut]), measured([WHITE, BLACK])).unkept).toEqual([
      { kind: 'accuracy' },
      { kind: 'rates', attribute: 'race', groups: 1 },
    ]);
    expect(unmatched(measured([WHITE, few]), now).unkept).toEqual([]);
  });

  it('is nothing where a report could not be read, or nothing was counted', () => {
    const none = { gone: [], come: [] };
    const nothing = { counted: none, reported: none, unkept: [{ kind: 'counts' }] };
    const unread = { ...measured([]), metrics: undefined };

    expect(unmatched(measured([], { auc: 0.8 }), unread)).toEqual(nothing);
    expect(unmatched(unread, measured([], { auc: 0.8 }))).toEqual(nothing);
    expect(unmatched(measured([WHITE]), measured([]))).toEqual(nothing);
  });
});

describe('the group that fares worst', () => {
  it('is of an attribute that is judged, with a line for its ratio or without', () => {
    const groups = [WHITE, BLACK, group('sex', 'f', [9, 1]), group('sex', 'm', [90, 20])];

    expect(worstImpact(ratesOf(groups, MINIMUM), LINE)).toMatchObject({ attribute: 'sex', value: 'f' });
    expect(worstImpact(ratesOf(groups.slice(0, 2), MINIMUM), LINE)).toMatchObject({
      attribute: 'race',
      value: 'black',
      ratio: 0.5,
      highest: { value: 'white' },
    });
    const others = [group('age', 'old', [1, 1]), group('age', 'young', [90, 20])];
    expect(worstImpact(ratesOf([...others, ...groups], MINIMUM), LINE)).toMatchObject({ attribute: 'sex' });
    expect(worstImpact(ratesOf(others, MINIMUM), LINE)).toMatchObject({ attribute: 'age', value: 'old' });
  });

  it('is nobody where there is nobody to compare with, or nobody is selected', () => {
    expect(worstImpact(ratesOf([WHITE], MINIMUM), LINE)).toBeUndefined();
    const nobody = [group('race', 'a', [0, 0]), group('race', 'b', [0, 0]), group('race', 'c', [0, 0])];
    expect(worstImpact(ratesOf(nobody, MINIMUM), LINE)).toMatchObject({ value: 'b', ratio: 1 });
  });

  it('is no intersection', () => {
    const groups = [WHITE, BLACK, group('race × sex', 'black × f', [1, 1]), group('race × sex', 'white × f', [50, 1])];

    expect(worstImpact(ratesOf(groups, MINIMUM), LINE)).toMatchObject({ attribute: 'race' });
  });
});

describe('a group at the line', () => {
  it('is not below it by the rounding of two rates', () => {
    const [low] = impactsOf(ratesOf([group('race', 'a', [50, 10]), group('race', 'b', [60, 15])], MINIMUM));

    expect(low?.ratio).toBeCloseTo(0.8, 12);
    expect(low && isBelow(low, 0.8)).toBe(false);
    expect(low && isBelow(low, 0.8001)).toBe(true);
    expect(low && isBelow(low, undefined)).toBe(false);
    expect(low && ratioBeside(low, 0.8)).toBe('0.8000');
  });

  it('never reads as if it were not below it', () => {
    const [high] = impactsOf(ratesOf([group('race', 'a', [80, 20])], MINIMUM));
    const impact = high && { ...high, ratio: 0.79998 };

    expect(impact && ratioBeside(impact, 0.8)).toBe('0.7999');
    expect(impact && ratioBeside(impact, undefined)).toBe('0.8000');
  });
});

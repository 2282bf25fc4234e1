import { expect, it } from 'vitest';
import { OutcomeRecord, outcomeRecord } from '../../../lib/domain/evidence/outcome-record.ts';
import type { OutcomeCounts } from '../../../lib/domain/evidence/predictions/predictions.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { digestOf } from '../../support/approval-case.ts';
import { countNaively } from './outcomes.ts';

/** All of them deserved the favorable outcome. */
const labelled = (rows: number, favorable: number) => ({
  labelled: rows,
  actualFavorable: rows,
  truePositive: favorable,
  falsePositive: 0,
});

const row = (prediction: boolean, race: string) => ({ label: true, prediction, values: [race] });
const counts: OutcomeCounts = {
  attributes: ['race'],
  groups: countNaively([row(true, 'black'), row(false, 'black'), row(true, 'white')], ['race']),
  rows: 3,
  missing: { predictions: 0, labels: 0, attributes: { race: 0 } },
  otherValues: { predictions: 1, labels: 0 },
  values: { predictions: { some: ['0', '1'], hasFavorable: true }, labels: { some: ['1'], hasFavorable: true } },
};

it('the outcomes of a release are kept by group, as numbers that the next release is compared with', () => {
  const record = outcomeRecord(ReleaseId.parse('credit-1'), digestOf('predictions'), counts);

  expect(OutcomeRecord.parse(record)).toEqual(record);
  expect(record.groups).toEqual([
    { attribute: 'race', value: 'black', count: 2, favorable: 1, ...labelled(2, 1) },
    { attribute: 'race', value: 'white', count: 1, favorable: 1, ...labelled(1, 1) },
  ]);
});

it('of many groups and of intersections only how often they were favored, so that an item has room for them', () => {
  const group = (attribute: string, value: string) => ({
    ...{ attribute, value, count: 40, favorable: 20, missingPredictions: 0, missingLabels: 0 },
    ...labelled(40, 20),
  });
  const values = Array.from({ length: 201 }, (_, index) => `group ${index}`);
  const groups = [group('race × sex', 'black × female'), ...values.map((value) => group('race', value))];

  const kept = outcomeRecord(ReleaseId.parse('credit-1'), digestOf('predictions'), { ...counts, groups }).groups;

  expect(kept.map(({ truePositive }) => truePositive)).toEqual([undefined, ...Array(200).fill(20), undefined]);
  expect(kept).toHaveLength(202);
});

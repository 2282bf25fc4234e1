import { expect, it } from 'vitest';
import { OutcomeRecord, outcomeRecord } from '../../../lib/domain/evidence/outcome-record.ts';
import {
  GROUP_NAMES_MAX_BYTES,
  GROUPS_MAX,
  type OutcomeCounts,
  type OutcomeGroup,
  perOutcome,
} from '../../../lib/domain/evidence/predictions/predictions.ts';
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
  rows: 5,
  all: { count: 4, ...labelled(4, 3), favorable: 3 },
  missing: { predictions: 1, labels: 0, attributes: { race: 1 } },
  otherValues: { predictions: 1, labels: 0 },
  values: { predictions: { some: ['0', '1'], hasFavorable: true }, labels: { some: ['1'], hasFavorable: true } },
};

const recordOf = (groups: OutcomeGroup[], isJudged = (attribute: string) => attribute === 'race') =>
  outcomeRecord(
    {
      releaseId: ReleaseId.parse('credit-1'),
      predictionsSha256: digestOf('predictions'),
      counts: { ...counts, groups },
    },
    isJudged,
  );

it('the outcomes of a release are kept by group, as numbers that the next release is compared with', () => {
  const record = recordOf(counts.groups);

  expect(OutcomeRecord.parse(record)).toEqual(record);
  expect(record.groups).toEqual([
    { attribute: 'race', value: 'black', count: 2, favorable: 1, ...labelled(2, 1) },
    { attribute: 'race', value: 'white', count: 1, favorable: 1, ...labelled(1, 1) },
  ]);
});

it('the totals are those of all rows: the groups of an attribute lack the rows without a value of it', () => {
  expect(recordOf(counts.groups).totals).toEqual({
    rows: 5,
    missing: { predictions: 1, labels: 0, attributes: { race: 1 } },
    ...{ count: 4, favorable: 3, ...labelled(4, 3) },
  });
});

it('the types of its columns are those that the engine found, and absent where none did', () => {
  const schema = { format: 'Parquet', columns: [{ name: 'race', type: 'string' }] };
  const about = { releaseId: ReleaseId.parse('credit-1'), predictionsSha256: digestOf('predictions') };

  const record = outcomeRecord({ ...about, counts: { ...counts, schema } }, () => true);

  expect(OutcomeRecord.parse(record).schema).toEqual(schema);
  expect(recordOf(counts.groups)).not.toHaveProperty('schema');
});

const group = (attribute: string, value: string, rows = 40) => ({
  ...{ attribute, value, count: rows, favorable: 20, missingPredictions: 0, missingLabels: 0 },
  ...labelled(rows, 20),
});
const groupsOf = (attribute: string, count: number, rows = 40) =>
  Array.from({ length: count }, (_, index) => group(attribute, `${index}`, rows));
const wholeIn = ({ groups }: OutcomeRecord) => groups.filter(({ truePositive }) => truePositive !== undefined);

it('of intersections only how often they were favored, and of rows with weights no weight', () => {
  const weights = perOutcome(() => '80.5');
  const weighed = { ...group('race', 'black'), weights, squares: { count: 9, actualFavorable: 9, actualOther: 0 } };

  const { groups } = recordOf([weighed, group('race × sex', 'black × female')]);

  expect(groups).toEqual([
    { attribute: 'race', value: 'black', count: 40, favorable: 20, ...labelled(40, 20) },
    { attribute: 'race × sex', value: 'black × female', count: 40, favorable: 20 },
  ]);
});

it.each(['a_branch', 'z_branch'])(
  'no attribute takes the room of a judged one, nor a large one that of a small one: %s',
  (branch) => {
    const groups = [...groupsOf(branch, 1990), ...groupsOf('m_sex', 2), ...groupsOf('race', 7)];

    const kept = wholeIn(recordOf(groups));

    expect(kept).toHaveLength(1000);
    for (const [attribute, whole] of [
      ['race', 7],
      ['m_sex', 2],
      [branch, 991],
    ] as const)
      expect(kept.filter((one) => one.attribute === attribute)).toHaveLength(whole);
  },
);

it('of an attribute of very many groups the largest are whole, and every group is there', () => {
  const record = recordOf([...groupsOf('race', 1000, 5), group('race', 'large', 900)]);

  expect(record.groups).toHaveLength(1001);
  expect(wholeIn(record)).toHaveLength(1000);
  expect(wholeIn(record).at(-1)).toMatchObject({ value: 'large' });
});

it('an item has room for as many groups, names and rows as a table may have', () => {
  // A billion rows at most, in ten groups of each attribute or more.
  const rows = 99_999_999;
  const name = (index: number) => String(index).padEnd(GROUP_NAMES_MAX_BYTES / GROUPS_MAX - 'race'.length, 'x');
  const groups = Array.from({ length: GROUPS_MAX }, (_, index) => ({
    ...{ attribute: 'race', value: name(index), missingPredictions: 0, missingLabels: 0 },
    ...perOutcome(() => rows),
  }));

  // JSON takes more room than the item does.
  expect(JSON.stringify(recordOf(groups)).length).toBeLessThan(400 * 1024);
});

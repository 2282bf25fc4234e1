import { expect, it } from 'vitest';
import { BehaviourRecord, behaviourRecord } from '../../../lib/domain/evidence/behaviour-record.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { aBehaviour, aGroup } from '../checks/a-behaviour.ts';
import { digestOf } from '../checks/stage-evidence.ts';

const JUDGED = (attribute: string) => attribute === 'race';
const COMPARED = {
  releaseId: ReleaseId.parse('credit-2'),
  predictionsSha256: digestOf('predictions'),
  liveReleaseId: ReleaseId.parse('credit-1'),
  livePredictionsSha256: digestOf('former'),
};

it('what changed is kept by group, with the release that it was compared with, and nothing of further columns', () => {
  const columns = [{ column: 'branch', values: [{ value: 'a', compared: 400, changed: 15 }] }];

  const record = behaviourRecord(COMPARED, aBehaviour({ columns }), JUDGED);

  expect(BehaviourRecord.parse(record)).toEqual(record);
  expect(record).toMatchObject({ liveReleaseId: 'credit-1', common: 400, groupsLeftOut: 0 });
  expect(record.groups.map(({ value }) => value)).toEqual(['black', 'white']);
  expect(JSON.stringify(record)).not.toContain('branch');
});

it('of very many groups the largest are kept, and the others counted', () => {
  const group = (index: number) =>
    aGroup({ attribute: 'a', value: `${index}`, stayedYes: index, stayedNo: 0, yesToNo: 1, noToYes: 0 });

  const record = behaviourRecord(
    COMPARED,
    aBehaviour({ groups: Array.from({ length: 600 }, (_, index) => group(index)) }),
    JUDGED,
  );

  expect(record).toMatchObject({ groupsLeftOut: 200, groups: { length: 400, 0: { value: '599' } } });
});

it('what is not compared is kept by the groups of the live table, those first that lack most rows', () => {
  const of = (value: string, compared: number, changes: object) =>
    aGroup({ attribute: 'race', value, stayedYes: compared, stayedNo: 0, yesToNo: 0, noToYes: 0 }, changes);
  const liveGroups = [
    of('large', 196, { undecided: 4 }),
    of('black', 50, { rows: 60, undecided: 4 }),
    of('white', 50, { rows: 70, undecided: 4 }),
    of('other', 40, { contradicted: 30 }),
  ];

  const record = behaviourRecord(COMPARED, aBehaviour({ liveGroups, undecided: 8 }), JUDGED);

  expect(record).toMatchObject({
    undecided: 8,
    live: { rows: 400, undecided: 0, contradicted: 0 },
    liveGroups: [
      { value: 'other', contradicted: 30 },
      { value: 'white', rows: 70, undecided: 4 },
      { value: 'black', rows: 60 },
      { value: 'large', rows: 200 },
    ],
    liveGroupsLeftOut: 0,
  });
});

it('names of groups are kept as far as they have room in the item', () => {
  const long = (index: number) =>
    aGroup({ attribute: 'a', value: `${'x'.repeat(999)}${index}`, stayedYes: 9, stayedNo: 0, yesToNo: 0, noToYes: 0 });

  const record = behaviourRecord(
    COMPARED,
    aBehaviour({ groups: Array.from({ length: 60 }, (_, index) => long(index)) }),
    JUDGED,
  );

  expect(record).toMatchObject({ groups: { length: 49 }, groupsLeftOut: 11 });
});

it('no attribute takes the room of another, and none that of a judged one', () => {
  const of = (attribute: string, value: string, rows: number) =>
    aGroup({ attribute, value, stayedYes: rows, stayedNo: 0, yesToNo: 1, noToYes: 0 });
  const branches = Array.from({ length: 500 }, (_, index) => of('branch', `${index}`, 900));
  const groups = [...branches, of('race', 'black', 40), of('sex', 'f', 30)];

  const record = behaviourRecord(COMPARED, aBehaviour({ groups, liveGroups: groups }), JUDGED);

  for (const kept of [record.groups, record.liveGroups ?? []]) {
    expect(kept).toHaveLength(400);
    expect(kept.map(({ attribute }) => attribute)).toEqual(expect.arrayContaining(['race', 'sex']));
  }
});

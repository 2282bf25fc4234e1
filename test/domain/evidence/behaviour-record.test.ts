import { expect, it } from 'vitest';
import { BehaviourRecord, behaviourRecord } from '../../../lib/domain/evidence/behaviour-record.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { aBehaviour } from '../checks/a-behaviour.ts';
import { digestOf } from '../checks/stage-evidence.ts';

const COMPARED = {
  releaseId: ReleaseId.parse('credit-2'),
  predictionsSha256: digestOf('predictions'),
  liveReleaseId: ReleaseId.parse('credit-1'),
  livePredictionsSha256: digestOf('former'),
};

it('what changed is kept by group, with the release that it was compared with, and nothing of further columns', () => {
  const columns = [{ column: 'branch', values: [{ value: 'a', compared: 400, changed: 15 }] }];

  const record = behaviourRecord(COMPARED, aBehaviour({ columns }));

  expect(BehaviourRecord.parse(record)).toEqual(record);
  expect(record).toMatchObject({ liveReleaseId: 'credit-1', common: 400, groupsLeftOut: 0 });
  expect(record.groups.map(({ value }) => value)).toEqual(['black', 'white']);
  expect(JSON.stringify(record)).not.toContain('branch');
});

it('of very many groups the largest are kept, and the others counted', () => {
  const group = (index: number) => ({
    attribute: 'a',
    value: `${index}`,
    stayedYes: index,
    stayedNo: 0,
    yesToNo: 1,
    noToYes: 0,
  });

  const record = behaviourRecord(
    COMPARED,
    aBehaviour({ groups: Array.from({ length: 600 }, (_, index) => group(index)) }),
  );

  expect(record).toMatchObject({ groupsLeftOut: 100, groups: { length: 500, 0: { value: '599' } } });
});

import { expect, it } from 'vitest';
import { OutcomeRecord, outcomeRecord } from '../../../lib/domain/evidence/outcome-record.ts';
import { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { digestOf } from '../../support/approval-case.ts';
import { countNaively } from './outcomes.ts';

it('the outcomes of a release are kept by group, as numbers that the next release is compared with', () => {
  const row = (prediction: boolean, race: string) => ({ label: true, prediction, values: [race] });
  const groups = countNaively([row(true, 'black'), row(false, 'black'), row(true, 'white')], ['race']);

  const counts = {
    attributes: ['race'],
    groups,
    rows: 3,
    missing: { predictions: 0, labels: 0, attributes: { race: 0 } },
    otherValues: { predictions: 1, labels: 0 },
    values: { predictions: { some: ['0', '1'], hasFavorable: true }, labels: { some: ['1'], hasFavorable: true } },
  };

  const record = outcomeRecord(ReleaseId.parse('credit-1'), digestOf('predictions'), counts);

  expect(OutcomeRecord.parse(record)).toEqual(record);
  expect(record.groups).toEqual([
    { attribute: 'race', value: 'black', count: 2, favorable: 1 },
    { attribute: 'race', value: 'white', count: 1, favorable: 1 },
  ]);
});

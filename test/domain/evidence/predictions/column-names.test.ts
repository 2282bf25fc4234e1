import { expect, it } from 'vitest';
import { columnTimes } from '../../../../lib/domain/evidence/predictions/column-names.ts';

it('a table has a column as often as it is named, in whatever letter case', () => {
  const times = columnTimes(['race', 'sex', 'Race', 'RACE']);

  expect(['race', 'Sex', 'label'].map(times)).toEqual([3, 1, 0]);
});

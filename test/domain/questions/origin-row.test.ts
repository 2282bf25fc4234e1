import { describe, expect, it } from 'vitest';
import { ORIGIN_COLUMNS, type OriginSource, originsOf } from '../../../lib/domain/questions/origin-row.ts';

const requested: OriginSource = {
  ...{ leaf_index: 7, model: 'm', event_type: 'release_requested', release_id: 'b' },
  ...{ training_dataset_sha256: 'ddd', former_release: 'a', answers: 'n', trained_from: '' },
};
const told = (rows: ReturnType<typeof originsOf>) => rows.map(({ relation, source }) => [relation, source]);

describe('what a release comes from', () => {
  it('is itself, the releases that its request names, and its snapshot', () => {
    const rows = originsOf(requested);

    expect(told(rows)).toEqual([
      ['release', 'b'],
      ['former_release', 'a'],
      ['answers', 'n'],
      ['training_dataset', 'ddd'],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ release_id: 'b', model: 'm', training_dataset_sha256: 'ddd', leaf_index: 7 });
      expect(Object.keys(row)).toEqual(ORIGIN_COLUMNS.map(({ name }) => name));
    }
  });

  it('is only itself, where the request names nothing', () => {
    const bare = { ...requested, training_dataset_sha256: '', former_release: '', answers: '' };

    expect(told(originsOf(bare))).toEqual([['release', 'b']]);
  });

  it('is every set of data that its evidence names, once', () => {
    const evidence = { ...requested, event_type: 'stage_evaluated', training_dataset_sha256: '', former_release: '' };
    const from = (trained_from: string) => told(originsOf({ ...evidence, trained_from }));

    expect(
      from('{"data":[{"sha256":"ddd"},{"sha256":"eee","name":"x"},{"sha256":"ddd"},{"name":"no digest"}]}'),
    ).toEqual([
      ['data', 'ddd'],
      ['data', 'eee'],
    ]);
    // Another version said nothing of it, or in another shape.
    for (const other of ['', '{}', '{"data":"ddd"}', '[]', 'no json']) expect(from(other)).toEqual([]);
  });
});

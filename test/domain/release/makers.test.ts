import { expect, it } from 'vitest';
import { makersOf } from '../../../lib/domain/release/makers.ts';

it('a release names who requested, submitted, trained and wrote it, as far as it says so', () => {
  const made = { requestedBy: 'ada', submittedBy: 'ci' };

  expect(makersOf({ ...made, manifest: { trained_by: 'tom', commit_author: 'eve' } })).toEqual([
    'ada',
    'ci',
    'tom',
    'eve',
  ]);
  expect(makersOf({ ...made, manifest: { trained_by: undefined, commit_author: undefined } } as never)).toEqual([
    'ada',
    'ci',
  ]);
});

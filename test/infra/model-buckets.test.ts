import { expect, it } from 'vitest';
import { ModelBuckets } from '../../lib/infra/constructs/model-buckets.ts';

it('a deployment without a bucket that releases may come from is refused', () => {
  expect(() => new ModelBuckets([])).toThrow('there must be a model bucket');
});

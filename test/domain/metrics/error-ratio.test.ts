import { expect, it } from 'vitest';
import { errorRatios } from '../../../lib/domain/metrics/error-ratio.ts';

const counted = (endpointName: string, invocations: number, errors: number) => ({ endpointName, invocations, errors });

it('is of all variants of an endpoint together, none where nobody asks, and never above all (EndpointErrorRateHigh)', () => {
  const found = [counted('a', 90, 1), counted('a', 10, 9), counted('asked-nothing', 0, 0), counted('late', 1, 2)];

  expect(errorRatios(found)).toEqual([
    { endpointName: 'a', ratio: 0.1 },
    { endpointName: 'late', ratio: 1 },
  ]);
});

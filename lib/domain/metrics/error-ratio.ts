/** How many of the requests to an endpoint it failed to answer. */
import * as z from 'zod';
import { stored } from '../stored.ts';

export const ErrorRatio = stored({ endpointName: z.string(), ratio: z.number().min(0).max(1) });
export type ErrorRatio = z.infer<typeof ErrorRatio>;

/** What was counted of one variant of an endpoint. */
export type CountedRequests = {
  readonly endpointName: string;
  readonly invocations: number;
  readonly errors: number;
};

/** The ratio of each endpoint, over all of its variants; none of one that was asked nothing. */
export const errorRatios = (counted: readonly CountedRequests[]): ErrorRatio[] =>
  [...Map.groupBy(counted, ({ endpointName }) => endpointName)].flatMap(([endpointName, variants]) => {
    const invocations = variants.reduce((sum, one) => sum + one.invocations, 0);
    const errors = variants.reduce((sum, one) => sum + one.errors, 0);
    // An error can be counted in the minute after its request.
    return invocations > 0 ? [{ endpointName, ratio: Math.min(1, errors / invocations) }] : [];
  });

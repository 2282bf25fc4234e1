import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { type Answer, endpointParameters, judgeEndpoint } from './judge-endpoint.ts';

/**
 * Establishes that the rate of requests is limited, so that nobody can copy the model, search for its limits or block
 * others.
 */
export const rateLimitingConfigured = defineCheck({
  name: 'rate_limiting_configured',
  stage: 'security_review',
  knownBy: 'attested',
  reads: ['manifest', 'deploymentDescriptor', 'liveEndpoint'],
  parameters: z.strictObject({
    /** A higher limit counts as none: API Gateway's own is 10,000 for a whole account. */
    maximum_requests_per_second: z.int().min(1).max(1_000_000).default(5000),
    ...endpointParameters,
  }),
  judge: (evidence, { maximum_requests_per_second: maximum, require_verified: requireVerified }) =>
    judgeEndpoint(evidence, {
      threshold: `a limit of at most ${maximum} requests a second`,
      requireVerified,
      verified: ({ requestsPerSecond }) =>
        requestsPerSecond === undefined
          ? { missing: 'A route has no limit of its own. Set throttling on the stage.' }
          : compareRate(requestsPerSecond, maximum),
      attested: ({ rate_limiting: limiting }) =>
        limiting === undefined
          ? { missing: 'The deployment descriptor says nothing about rates. Add rate_limiting.' }
          : compareRate(limiting.requests_per_second, maximum),
    }),
});

const compareRate = (found: number, maximum: number): Answer => {
  const measured = `at most ${found} requests a second`;
  return found <= maximum
    ? { measured }
    : { measured, wrong: `The limit is ${found} requests a second; the policy asks for at most ${maximum}. Lower it.` };
};

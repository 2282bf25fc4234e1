import * as z from 'zod';

/**
 * As the SDK's own retries tell them (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). The SDK is that
 * of the Lambda runtime, whose inner packages are nothing to rely on.
 */
const THROTTLED = /Throttl|TooManyRequests|SlowDown|ProvisionedThroughputExceeded|RequestLimitExceeded|^TimeoutError$/;
const UNREACHED = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
const Answered = z.object({ $metadata: z.object({ httpStatusCode: z.int() }) });

/** Whether an error is a service's own trouble, or its throttling: that passes, and asking again later is right. */
export const isPassing = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false;
  const status = Answered.safeParse(cause).data?.$metadata.httpStatusCode ?? 0;
  const code = 'code' in cause ? String(cause.code) : '';
  return status === 429 || status >= 500 || THROTTLED.test(cause.name) || UNREACHED.includes(code);
};

import * as z from 'zod';

/**
 * The errors that the SDK itself retries (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 * They are listed here because the SDK is that of the Lambda runtime, and we do not rely on its internal packages.
 */
const THROTTLED = /Throttl|TooManyRequests|SlowDown|ProvisionedThroughputExceeded|RequestLimitExceeded|^TimeoutError$/;
const UNREACHED = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
const Answered = z.object({ $metadata: z.object({ httpStatusCode: z.int() }) });

/** Whether an error is an outage or throttling of a service: it passes, and the call is worth a retry. */
export const isPassing = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false;
  const status = Answered.safeParse(cause).data?.$metadata.httpStatusCode ?? 0;
  const code = 'code' in cause ? String(cause.code) : '';
  return status === 429 || status >= 500 || THROTTLED.test(cause.name) || UNREACHED.includes(code);
};

import * as z from 'zod';

/**
 * The errors that the SDK itself retries (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 * They are listed here because the SDK is that of the Lambda runtime, and we do not rely on its internal packages.
 */
const THROTTLED = /Throttl|TooManyRequests|SlowDown|ProvisionedThroughputExceeded|RequestLimitExceeded|^TimeoutError$/;
/** Two conditional writes of one S3 object met; AWS asks to send it again. */
const CROSSED = 'ConditionalRequestConflict';
const UNREACHED = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
/** DynamoDB says only in the reasons of a cancelled transaction that it was throttled. */
const Cancelled = z.object({ CancellationReasons: z.array(z.object({ Code: z.string().optional() })) });
const Answered = z.object({ $metadata: z.object({ httpStatusCode: z.int() }) });

/** Whether an error is an outage or throttling of a service: it passes, and the call is worth a retry. */
export const isPassing = (cause: unknown): boolean => {
  if (!(cause instanceof Error)) return false;
  const status = Answered.safeParse(cause).data?.$metadata.httpStatusCode ?? 0;
  const code = 'code' in cause ? String(cause.code) : '';
  const reasons = Cancelled.safeParse(cause).data?.CancellationReasons ?? [];
  const names = [cause.name, ...reasons.map(({ Code = '' }) => Code)];
  return (
    status === 429 ||
    status >= 500 ||
    names.some((name) => THROTTLED.test(name) || name === CROSSED) ||
    UNREACHED.includes(code)
  );
};

/** Whether an error is what a service answered, or that it did not: not one of ours about what was read. */
export const isOfService = (cause: unknown): boolean => isPassing(cause) || Answered.safeParse(cause).success;

/** Stands where AWS repeated what it was sent. */
const LEFT_OUT = '(left out)';
/** `Value '{TOKEN=x}' at 'primaryContainer.environment' failed to …`: a value may hold quotes, so the last place counts. */
const ECHO = /\bvalue\s+(['"]).*\1\s+at\s+\1/is;
/** The same, cut off before it says the place. */
const OPEN_ECHO = /\bvalue\s+['"](?!\(left out\)).*/is;
/** What our code recognises an answer by. */
const ANSWER = /already exist|could not find|does not exist|in-progress/i;

/** The text of AWS without the values that it repeats, and without those that are known to be in the request. */
const withoutEchoes = (text: string, values: readonly string[]): string => {
  const place = text.replace(ECHO, `Value ${LEFT_OUT} at '`);
  const said = place === text ? text.replace(OPEN_ECHO, `Value ${LEFT_OUT}`) : place;
  const rest = values.reduce(withoutValue, said);
  const [answer] = ANSWER.exec(said) ?? [];
  return answer === undefined || rest.includes(answer) ? rest : `${rest} (${answer})`;
};

const withoutValue = (text: string, value: string): string => {
  const forms = new Set([value, JSON.stringify(value).slice(1, -1)]);
  return [...forms].reduce((rest, form) => rest.replace(new RegExp(bounded(form), 'g'), LEFT_OUT), text);
};

/** A short value is part of many words. */
const bounded = (value: string): string => {
  const literal = value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return value.length < 4 ? `(?<!\\w)${literal}(?!\\w)` : literal;
};

/** What the SDK says where an answer has no words. */
const NO_WORDS = 'UnknownError';

/** The words of an error; of an answer without any its status, which is all that is known of it. */
const wordsOf = (error: Error): string => {
  const { data } = Answered.safeParse(error);
  return data === undefined || error.message !== NO_WORDS
    ? error.message
    : `the service answered ${data.$metadata.httpStatusCode} and gave no reason`;
};

/** What an error may keep besides its words: what it is, and which request it was. */
const KEPT = ['name', 'message', 'stack', 'cause', 'code', '$fault', '$metadata'];

/**
 * Takes out of an error, and of what caused it, what AWS repeats of a request: the environment of a release may be in it, and
 * errors go to logs, to histories of executions and into the table. The error itself is changed, because callers know it
 * by its class.
 */
export const leaveOutValues = (error: unknown, values: readonly string[] = []): void => {
  if (!(error instanceof Error)) return;
  leaveOutValues(error.cause, values);
  const { message } = error;
  const said = withoutEchoes(wordsOf(error), values);
  // An answer of AWS has its body in further members.
  if (Answered.safeParse(error).success) {
    for (const name of Object.keys(error)) if (!KEPT.includes(name)) Reflect.deleteProperty(error, name);
  }
  if (said === message) return;
  const stack = error.stack?.replace(message, said);
  Object.defineProperty(error, 'message', { value: said, configurable: true, writable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
};

/** The values of every environment in a request, the longest first: one may be part of another. */
export const environmentValues = (request: unknown): string[] =>
  [...valuesIn(request, false)].filter((value) => value !== '').sort((a, b) => b.length - a.length);

const valuesIn = (part: unknown, isEnvironment: boolean): Set<string> => {
  if (typeof part === 'string') return new Set(isEnvironment ? [part] : []);
  if (typeof part !== 'object' || part === null) return new Set();
  return new Set(
    Object.entries(part).flatMap(([name, inner]: [string, unknown]) => [
      ...valuesIn(inner, isEnvironment || name === 'Environment'),
    ]),
  );
};

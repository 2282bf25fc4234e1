/** Why a connection failed, in words: the codes of the operating system say nothing to a person who did not write this. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be resolved; is there a network?',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no network',
};

export const connectionProblem = (code: string): string | undefined => CODES[code];

/** `fetch` wraps what went wrong, and says only that it failed. */
export const whyUnreached = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'it did not answer within a minute';
  const code: unknown = Reflect.get(cause, 'code');
  return connectionProblem(String(code)) ?? cause.message;
};

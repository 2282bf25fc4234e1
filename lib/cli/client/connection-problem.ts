/** Why a connection failed, in words: the codes of the operating system say nothing to a person who did not write this. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was broken off',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be resolved; is there a network?',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; NODE_EXTRA_CA_CERTS names one to trust',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is of an authority that is not trusted here; NODE_EXTRA_CA_CERTS names one',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an authority that is not trusted here; NODE_EXTRA_CA_CERTS names one',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

export const connectionProblem = (code: string): string | undefined => CODES[code];

/**
 * `fetch` wraps what went wrong, and says only that it failed. The message of what is inside is not shown: of a request that
 * could not be made it repeats the header at fault, and with it a token.
 */
export const whyUnreached = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return 'the connection failed';
  if (cause.name === 'TimeoutError') return 'it did not answer within a minute';
  if (cause.message === 'unexpected redirect') return 'it leads to another address';
  const code = String(Reflect.get(cause, 'code') ?? cause.name);
  return connectionProblem(code) ?? `the connection failed (${code})`;
};

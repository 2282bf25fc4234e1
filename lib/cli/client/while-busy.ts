import { setTimeout } from 'node:timers/promises';

const TRIES = 4;
const FIRST_WAIT_MS = 250;
/** Who is told to come back later than that is told so. */
const LONGEST_WAIT_MS = 20_000;

type Answered = { readonly response: Pick<Response, 'status' | 'headers'> };
type Call = { readonly method: 'GET' | 'POST'; readonly headers?: Readonly<Record<string, string>> };

/** Sends a call again, three times at most, as long as the answer is that it came too early: if sending it twice is sending it once. */
export const whileBusy = async <T extends Answered>(call: Call, send: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    const { status, headers } = answer.response;
    const isBusy = status === 429 || status === 503;
    if (!isBusy || attempt === TRIES || !isRepeatable(call)) return answer;
    const waitMs = askedToWaitMs(headers.get('retry-after')) ?? Math.random() * FIRST_WAIT_MS * 2 ** attempt;
    if (waitMs > LONGEST_WAIT_MS) return answer;
    await setTimeout(waitMs);
  }
};

const isRepeatable = ({ method, headers = {} }: Call): boolean => method === 'GET' || 'idempotency-key' in headers;

/** Seconds or a date (RFC 9110, 10.2.3); undefined if it says neither. */
const askedToWaitMs = (retryAfter: string | null): number | undefined => {
  if (retryAfter === null) return undefined;
  const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
};

import { describe, expect, it } from 'vitest';
import { whileBusy } from '../../../lib/cli/client/while-busy.ts';

const GET = { method: 'GET' } as const;
const answers = (...all: readonly (readonly [number, string?])[]) => {
  const left = [...all];
  let sent = 0;
  const send = async () => {
    sent += 1;
    const [status, retryAfter] = left.shift() ?? [200];
    return {
      response: { status, headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
    };
  };
  return { send, count: () => sent };
};
const statusOf = async (call: Parameters<typeof whileBusy>[0], { send }: ReturnType<typeof answers>) =>
  (await whileBusy(call, send)).response.status;

describe('a call that came too early', () => {
  it.each([429, 503])('is sent again after %i, as soon as the answer says', async (status) => {
    const api = answers([status, '0'], [status, 'Sun, 29 Nov 2020 10:00:00 GMT']);

    expect(await statusOf(GET, api)).toBe(200);
    expect(api.count()).toBe(3);
  });

  it('is sent again after a moment where the answer does not say when', async () => {
    expect(await statusOf(GET, answers([503], [503, 'soon']))).toBe(200);
  });

  it('is sent again if it carries a key by which it counts once', async () => {
    const api = answers([503, '0']);

    expect(await statusOf({ method: 'POST', headers: { 'idempotency-key': 'k' } }, api)).toBe(200);
  });

  it.each([
    ['if it may count twice', { method: 'POST' } as const, [503, '0'], 503],
    ['if it is to wait for long', GET, [429, '3600'], 429],
    ['after any other answer', GET, [500, '0'], 500],
  ] as const)('is not sent again %s', async (_, call, first, status) => {
    const api = answers(first);

    expect(await statusOf(call, api)).toBe(status);
    expect(api.count()).toBe(1);
  });

  it('is given up after four', async () => {
    const api = answers(...Array.from({ length: 9 }, () => [503, '0'] as const));

    expect(await statusOf(GET, api)).toBe(503);
    expect(api.count()).toBe(4);
  });
});

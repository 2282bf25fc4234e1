import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Secret } from '../../lib/adapters/secrets-manager.ts';
import { isOfSlack, type SlackRequest } from '../../lib/adapters/slack-requests.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { SIGNING_SECRET, signed } from '../support/slack.ts';

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack. */
const EXAMPLE: SlackRequest = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  ),
};
const SIGNED_AT = Instant.parse('2018-07-12T18:36:58.000Z');

const held = (value: string, newer = value): Secret => ({ current: async () => value, newer: async () => newer });
const secret = held(SIGNING_SECRET);
const after = (seconds: number) => Instant.parse(new Date(Date.parse(SIGNED_AT) + seconds * 1000).toISOString());

describe('the signature of Slack (AP-10)', () => {
  it('holds for the example of its documentation', async () => {
    expect(await isOfSlack(EXAMPLE, secret, SIGNED_AT)).toBe(true);
  });

  it.each([
    [-300, true],
    [300, true],
    [301, false],
    [-301, false],
    [86_400, false],
  ])('counts for five minutes, before and after: %d seconds', async (seconds, holds) => {
    expect(await isOfSlack(EXAMPLE, secret, after(seconds))).toBe(holds);
  });

  it('is over every byte of the raw body, and over the time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: EXAMPLE.body.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const body = Uint8Array.from(EXAMPLE.body, (byte, index) => (index === at ? byte ^ change : byte));

          expect(await isOfSlack({ ...EXAMPLE, body }, secret, SIGNED_AT)).toBe(false);
        },
      ),
    );
    expect(await isOfSlack({ ...EXAMPLE, timestamp: '1531420619' }, secret, SIGNED_AT)).toBe(false);
  });

  it.each([
    ['another secret', { ...EXAMPLE, signature: signed(EXAMPLE.body, SIGNED_AT, 'mine').signature }],
    ['nothing', { ...EXAMPLE, signature: '' }],
    ['no version', { ...EXAMPLE, signature: EXAMPLE.signature.slice(3) }],
    ['capital letters', { ...EXAMPLE, signature: EXAMPLE.signature.toUpperCase() }],
    ['a blank more', { ...EXAMPLE, signature: `${EXAMPLE.signature} ` }],
    ['half of it', { ...EXAMPLE, signature: EXAMPLE.signature.slice(0, 40) }],
  ])('does not hold with %s', async (_what, request) => {
    expect(await isOfSlack(request, secret, SIGNED_AT)).toBe(false);
  });

  it.each(['', 'now', '1531420618.0', '-1531420618', ' 1531420618', '0x5b47a4ca', '1'.repeat(20)])(
    'has a time in whole seconds: %j',
    async (timestamp) => {
      expect(await isOfSlack({ ...EXAMPLE, timestamp }, secret, SIGNED_AT)).toBe(false);
    },
  );

  it('holds with the secret that took the place of the one that is kept', async () => {
    expect(await isOfSlack(EXAMPLE, held('former', SIGNING_SECRET), SIGNED_AT)).toBe(true);
    expect(await isOfSlack(EXAMPLE, held('former', 'another'), SIGNED_AT)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildLink,
  LINK_MAX_CHARACTERS,
  LinkPayload,
  linkMessage,
  payloadFor,
  readLink,
} from '../../../lib/domain/approval/link.ts';
import { anApprovalCase, at, hmacLinkMac, NOW } from '../../support/approval-case.ts';
import { refusalCodeOf } from '../../support/refusals.ts';

const mac = hmacLinkMac();
const { request } = await anApprovalCase();
const payload = payloadFor(request, 'ada');
const link = await buildLink(payload, mac);
const [payloadText = '', macText = ''] = link.split('.');

const signed = async (text: string): Promise<string> =>
  `${text}.${Buffer.from(await mac.generate(linkMessage(text))).toString('base64url')}`;
const encoded = (text: string): string => Buffer.from(text).toString('base64url');

describe('approval link', () => {
  it('says who is asked what, and carries no decision', async () => {
    expect(await readLink(link, mac, NOW)).toEqual(payload);
    expect(Object.keys(JSON.parse(Buffer.from(payloadText, 'base64url').toString()))).toEqual([
      'd',
      'n',
      'o',
      'p',
      'r',
      'v',
      'x',
    ]);
    expect(link.length).toBeLessThan(512);
  });

  it('is refused with any one character changed, added or taken away', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    const forged = fc.record({
      index: fc.nat(link.length - 1),
      by: fc.constantFrom(...alphabet),
      how: fc.constantFrom(0, 1, 2),
    });

    await fc.assert(
      fc.asyncProperty(forged, async ({ index, by, how }) => {
        const text = link.slice(0, index) + (how === 1 ? '' : by) + link.slice(how === 2 ? index : index + 1);
        fc.pre(text !== link);
        expect(await refusalCodeOf(() => readLink(text, mac, NOW))).toBe('LinkInvalid');
      }),
    );
  });

  it('is refused when another key made it', async () => {
    const other = await buildLink(payload, hmacLinkMac());

    expect(await refusalCodeOf(() => readLink(other, mac, NOW))).toBe('LinkInvalid');
  });

  it('is refused when the MAC was made for another purpose', async () => {
    const bare = Buffer.from(await mac.generate(Buffer.from(payloadText))).toString('base64url');

    expect(await refusalCodeOf(() => readLink(`${payloadText}.${bare}`, mac, NOW))).toBe('LinkInvalid');
  });

  it.each([
    ['spaces in the JSON', encoded(JSON.stringify(payload, null, 1))],
    ['keys in another order', encoded(JSON.stringify(payload))],
    ['an unknown key', encoded(JSON.stringify({ ...payload, decision: 'approve' }))],
    ['another version', encoded(JSON.stringify({ ...payload, v: 2 }))],
    ['no JSON', encoded('approve')],
    ['an array', encoded('[]')],
  ])('is refused with %s, even under a good MAC', async (_, text) => {
    expect(await refusalCodeOf(async () => readLink(await signed(text), mac, NOW))).toBe('LinkInvalid');
  });

  it('has one spelling: bits that decoding drops are refused', async () => {
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = last[last.indexOf(macText.slice(-1)) ^ 1];

    expect(Buffer.from(macText.slice(0, -1) + twin, 'base64url')).toEqual(Buffer.from(macText, 'base64url'));
    expect(await refusalCodeOf(() => readLink(link.slice(0, -1) + twin, mac, NOW))).toBe('LinkInvalid');
  });

  it.each([
    '',
    '.',
    `${payloadText}.`,
    `.${macText}`,
    payloadText,
    `${link}.${macText}`,
    ` ${link}`,
    `${link}\n`,
    `${payloadText}=.${macText}`,
    `${'A'.repeat(LINK_MAX_CHARACTERS)}.${macText}`,
  ])('is refused without asking the key when it does not look like one: %j', async (text) => {
    const asked = { verify: () => Promise.reject(new Error('the key was asked')) };

    expect(await refusalCodeOf(() => readLink(text, asked, NOW))).toBe('LinkInvalid');
  });

  it('expires with the request, at the second and not after it', async () => {
    expect(await readLink(link, mac, at('2026-11-24T08:59:59.999Z'))).toEqual(payload);
    expect(await refusalCodeOf(() => readLink(link, mac, request.expiresAt))).toBe('LinkExpired');
  });

  it('is read as it was built, whoever is asked', async () => {
    const ids = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/);

    await fc.assert(
      fc.asyncProperty(ids, fc.stringMatching(/^[A-Za-z0-9_-]{16,64}$/), async (p, n) => {
        const other = LinkPayload.parse({ ...payload, p, n });
        expect(await readLink(await buildLink(other, mac), mac, NOW)).toEqual(other);
      }),
    );
  });

  it('is made for invited people only', () => {
    expect(() => payloadFor(request, 'rita')).toThrow('rita is not invited');
  });
});

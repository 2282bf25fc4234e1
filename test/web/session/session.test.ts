import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { callbackAddress } from '../../../lib/web/session/routes.ts';
import { signedIn, type WithSession } from '../../../lib/web/session/session.ts';
import type { SessionWorld } from '../../../lib/web/session/visit.ts';

const unasked = () => Promise.reject(new Error('the issuer is not asked here'));
const world: SessionWorld = {
  issuer: { begin: unasked, redeem: unasked, signOutAddress: unasked },
  verify: async (token, at) =>
    token === 'good' ? { claims: { sub: 'ada', groups: ['auditor'] }, endsAt: at } : undefined,
  now: () => Instant.parse('2026-11-29T10:00:00.000Z'),
  publicBaseUrl: 'https://assay.bank.example',
};

const app = new Hono<WithSession>();
app.all('/console/orders', signedIn(world), (c) => c.text(`taken from ${c.var.session.claims.sub}`));
const ask = (method: string, token: string) =>
  app.request('/console/orders', { method, headers: { cookie: `__Host-assay-session=${token}` } });

describe('a page for people who are signed in', () => {
  it.each(['GET', 'POST'])('knows who they are: %s', async (method) => {
    expect(await (await ask(method, 'good')).text()).toBe('taken from ada');
  });

  it.each(['GET', 'HEAD'])('leads others to the sign-in, and back to itself: %s', async (method) => {
    const response = await ask(method, 'bad');

    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(
      'https://assay.bank.example/console/session/sign-in?to=%2Fconsole%2Forders',
    );
  });

  it('takes no form without a session, and says so', async () => {
    const response = await ask('POST', 'bad');

    expect(response.status).toBe(401);
    expect(await response.text()).toContain('Your session has ended');
  });

  it('reads the cookie of this host alone, and not one that a neighbour could set', async () => {
    const headers = { cookie: 'assay-session=good' };

    expect((await app.request('/console/orders', { headers })).status).toBe(302);
  });

  it('is come back to at one address, which the user pool has to know', () => {
    expect(callbackAddress(world)).toBe('https://assay.bank.example/console/session/callback');
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenForBrowser } from '../../../lib/cli/client/loopback.ts';

describe('the page that waits for a browser', () => {
  it('hears the answer to its own sign-in only, for this machine and by this name', async () => {
    const loopback = await listenForBrowser([0]);
    const { origin } = new URL(loopback.redirectUri);
    try {
      const visited = loopback.visited('mine', 60_000);
      const status = async (path: string, method = 'GET') => (await fetch(`${origin}${path}`, { method })).status;

      expect(await status('/callback?state=other&code=x')).toBe(404);
      expect(await status('/other?state=mine&code=x')).toBe(404);
      expect(await status('/callback?state=mine&code=x', 'POST')).toBe(404);
      const page = fetch(`${loopback.redirectUri}?state=mine&code=x`);
      const { address, answer } = await visited;
      await answer('Done', 'Well.');
      expect(address.href).toBe(`${origin}/callback?state=mine&code=x`);
      expect(await (await page).text()).toContain('Done');
    } finally {
      loopback.close();
    }
  });

  it('does not wait for a browser that has gone before its answer', async () => {
    const loopback = await listenForBrowser([0]);
    try {
      const visited = loopback.visited('mine', 60_000);
      const { hostname, port } = new URL(loopback.redirectUri);
      const browser = connect(Number(port), hostname);
      browser.write(`GET /callback?state=mine&code=x HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
      const { answer } = await visited;
      browser.resetAndDestroy();
      await once(browser, 'close');
      // By then the other end has noticed.
      await fetch(new URL(loopback.redirectUri).origin);

      await answer('Done', 'Well.');
    } finally {
      loopback.close();
    }
  });

  it('takes the next port if one is taken, and says so if all are', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    await expect(listenForBrowser([port])).rejects.toThrow(`the ports ${port} of this machine are all taken`);
    const loopback = await listenForBrowser([port, 0]);
    expect(loopback.redirectUri).not.toContain(`:${port}/`);
    loopback.close();
    taken.close();
  });

  it('does not wait for ever', async () => {
    const loopback = await listenForBrowser([0]);
    await expect(loopback.visited('mine', 1)).rejects.toThrow('nobody signed in');
    loopback.close();
  });
});

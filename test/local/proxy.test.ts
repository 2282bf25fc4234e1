import { createServer, type IncomingMessage, type RequestOptions, request, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { close, listen } from '../../local/listen.ts';
import { startProxy } from '../../local/proxy.ts';

let upstream: Server;
let received: IncomingMessage[];
let proxy: Awaited<ReturnType<typeof startProxy>>;
let base: string;

beforeEach(async () => {
  received = [];
  upstream = createServer(async (incoming, response) => {
    received.push(incoming);
    const body = await incoming.setEncoding('utf8').toArray();
    response.writeHead(303, { location: '/done', 'set-cookie': ['a=1; Secure', 'b=2'] }).end(body.join(''));
  });
  const port = await listen(upstream, 0, 'PORT');
  proxy = await startProxy({ port: 0, endpoint: `http://127.0.0.1:${port}`, apiId: 'api1' });
  base = `http://localhost:${proxy.port}`;
});
afterEach(async () => {
  await proxy.stop();
  await close(upstream);
});

const statusOf = (asked: RequestOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ port: proxy.port, ...asked })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

const hasSixth = Object.values(networkInterfaces()).some((one) => one?.some(({ address }) => address === '::1'));

describe('the plain address of the HTTP API', () => {
  it('passes method, query, headers, body and every cookie', async () => {
    const response = await fetch(`${base}/a/link.mac?x=1`, {
      method: 'POST',
      body: 'decision=approve',
      redirect: 'manual',
      headers: { origin: base, cookie: 'c=1; d=2', 'content-type': 'application/x-www-form-urlencoded' },
    });

    expect(received[0]).toMatchObject({
      method: 'POST',
      url: '/_aws/execute-api/api1/$default/a/link.mac?x=1',
      headers: { origin: base, host: new URL(base).host, cookie: 'c=1; d=2', 'content-length': '16' },
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/done');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect(await response.text()).toBe('decision=approve');
  });

  it('is the same by both addresses of this machine', async () => {
    const statuses = [];
    for (const host of ['127.0.0.1', ...(hasSixth ? ['[::1]'] : [])]) {
      const headers = { host: new URL(base).host };
      statuses.push(await statusOf({ host: host.replaceAll(/[[\]]/g, ''), path: '/mailbox', headers }));
    }

    // The stand-in for the emulator has no mails: it was asked for them.
    expect(new Set(statuses)).toEqual(new Set([502]));
  });

  it('leads people from the address to the name, which passkeys need, and leaves programs alone', async () => {
    const at = `http://127.0.0.1:${proxy.port}`;
    const page = await fetch(`${at}/a/link.mac?x=1`, { redirect: 'manual' });
    const api = await fetch(`${at}/v1/releases`, { redirect: 'manual' });

    expect([page.status, page.headers.get('location')]).toEqual([307, `${base}/a/link.mac?x=1`]);
    expect([api.status, api.headers.get('location')]).toEqual([303, '/done']);
  });

  it('refuses a body that API Gateway would refuse', async () => {
    const response = await fetch(`${base}/v1/releases`, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });

    expect(response.status).toBe(413);
    expect(received).toHaveLength(0);
  });

  it('passes nothing else on, and changes nothing by itself', async () => {
    const statuses = [];
    for (const [method, path] of [
      ['GET', '/other'],
      ['GET', '/av1/'],
      ['POST', '/mailbox'],
    ] as const) {
      statuses.push((await fetch(`${base}${path}`, { method })).status);
    }

    expect(statuses).toEqual([404, 404, 405]);
    expect(received).toHaveLength(0);
  });

  it('answers to no name of somebody else that resolves to this machine', async () => {
    const status = await statusOf({ host: '127.0.0.1', path: '/mailbox', headers: { host: 'evil.example:4580' } });

    expect(status).toBe(421);
  });

  it('says so when the emulator is gone', async () => {
    await close(upstream);

    const response = await fetch(`${base}/v1/releases`);

    expect(response.status).toBe(502);
    expect(await response.text()).toContain('The local AWS did not answer');
  });
});

describe('a port that is taken', () => {
  it('is named together with the way to choose another', async () => {
    const again = startProxy({ port: proxy.port, endpoint: base, apiId: 'api1' });

    await expect(again).rejects.toThrow(
      `Port ${proxy.port} of 127.0.0.1 is taken: end that program, or choose another port with ASSAY_PUBLIC_PORT=<port>.`,
    );
  });
});

/** Waits on this machine for a browser to come back from a sign-in (RFC 8252). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';

/** The addresses that the user pool of Assay lets a browser come back to. An issuer of your own has to know one of them. */
export const LOOPBACK_PORTS = [8765, 8766, 8767] as const;
const PATH = '/callback';

export const loopbackAddress = (port: number): string => `http://localhost:${port}${PATH}`;

type Visited = { readonly address: URL; readonly answer: (title: string, text: string) => Promise<void> };
export type Loopback = {
  readonly redirectUri: string;
  /** The address that a browser came back to with this state. Others are not listened to. */
  readonly visited: (state: string, patienceMs: number) => Promise<Visited>;
  readonly close: () => void;
};

/** Listens on the first port that is free. */
export const listenForBrowser = async (ports: readonly number[]): Promise<Loopback> => {
  for (const wanted of ports) {
    const found = await listenOnBoth(wanted);
    if (found !== undefined) return { ...waiting(found.servers), redirectUri: loopbackAddress(found.port) };
  }
  throw new Error(`no browser can come back here: the ports ${ports.join(', ')} of this machine are all taken`);
};

/** `localhost` is both addresses. A browser tries the second first, and another program could have its port. */
const listenOnBoth = async (wanted: number): Promise<{ servers: Server[]; port: number } | undefined> => {
  const servers: Server[] = [];
  let port = wanted;
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer();
    const problem = await listenAt(server, port, host);
    if (problem === undefined) {
      servers.push(server);
      port = portOf(server, port);
    } else if (problem !== 'EADDRNOTAVAIL' && problem !== 'EAFNOSUPPORT') {
      for (const other of servers) other.close();
      return undefined;
    }
  }
  return { servers, port };
};

/** Port 0 stands for any that is free. */
const portOf = (server: Server, wanted: number): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : wanted;
};

const listenAt = (server: Server, port: number, host: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen(port, host, () => resolve(undefined));
  });

const waiting = (servers: readonly Server[]): Pick<Loopback, 'visited' | 'close'> => ({
  visited: (state, patienceMs) =>
    new Promise((resolve, reject) => {
      const minutes = Math.round(patienceMs / 60_000);
      const tooLate = setTimeout(() => reject(new Error(`nobody signed in within ${minutes} minutes`)), patienceMs);
      for (const server of servers) {
        server.on('request', (request, response) => {
          const address = addressOf(request);
          if (address?.searchParams.get('state') !== state) return void reply(response, 404, 'Nothing here', '');
          clearTimeout(tooLate);
          resolve({ address, answer: (title, text) => reply(response, 200, title, text) });
        });
      }
    }),
  close: () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  },
});

/** The address of a request that can be the answer of an issuer. A page of another site can call this port, too. */
const addressOf = ({ method, url = '', headers }: IncomingMessage): URL | undefined => {
  const { host = '' } = headers;
  if (method !== 'GET' || !/^localhost:\d+$/.test(host)) return undefined;
  const address = URL.parse(url, `http://${host}`);
  return address?.pathname === PATH ? address : undefined;
};

/** Ends also where the browser has gone meanwhile: its page says nothing that the command line does not say. */
const reply = async (response: ServerResponse, status: number, title: string, text: string): Promise<void> => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>\n`,
  );
  await finished(response).catch(() => undefined);
};

import { connect, createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('could not choose a port: the listener has no address'));
      });
    });
  });
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/**
 * Asks until the answer is yes: soon, then less often, so that it learns at most a tenth of the wait too late, and what
 * answers can do other work. False if it is not within the limit.
 */
export async function until(isSo: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const start = performance.now();
  for (let waited = 0; waited < limitMs; waited = performance.now() - start) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(50, waited / 10), 500)));
  }
  return false;
}

import type { Server } from 'node:http';
import { LocalProblem } from './problem.ts';

/** Listens on this machine only; port 0 chooses a free one. `setting` names the variable that chooses another port. */
export function listen(server: Server, port: number, setting: string, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new LocalProblem(
          `Port ${port} of ${host} is taken: end that program, or choose another port with ${setting}=<port>.`,
        ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

/** Stops listening and closes open connections, so that a browser that keeps its connection delays nothing. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

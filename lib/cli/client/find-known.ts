import * as z from 'zod';
import { ApiRefusal, callApi } from './api.ts';
import type { Connection } from './connection.ts';

/** The id of the release that has the content of a manifest already; undefined if none has, as of what is no manifest. */
export const askKnown = async (manifest: unknown, connection: Connection): Promise<string | undefined> => {
  try {
    const call = { method: 'POST', path: ['releases', 'known'], role: 'auditor', body: manifest } as const;
    return (await callApi(connection, call, z.object({ release_id: z.string() }))).release_id;
  } catch (error) {
    if (error instanceof ApiRefusal && ['NotFound', 'ManifestInvalid'].includes(error.name)) return undefined;
    throw error;
  }
};

/** The same where it need not be known: an event needs neither the address of the API nor a token. */
export const findKnown = (manifest: unknown, connection: Connection): Promise<string | undefined> =>
  askKnown(manifest, connection).catch(() => undefined);

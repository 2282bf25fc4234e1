import * as z from 'zod';
import { callApi } from './api.ts';
import type { Connection } from './connection.ts';

const Settings = z.object({ model_buckets: z.array(z.string()) });

/**
 * The buckets that releases may come from; undefined if the deployment cannot be asked, by an address or a token that is
 * missing, or because its version does not say.
 */
export const findAllowedBuckets = async (connection: Connection): Promise<readonly string[] | undefined> => {
  try {
    const { model_buckets: buckets } = await callApi(
      connection,
      { method: 'GET', path: ['settings'], role: 'auditor' },
      Settings,
    );
    return buckets;
  } catch {
    return undefined;
  }
};

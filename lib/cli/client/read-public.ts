import type * as z from 'zod';
import { whyUnreached } from './connection-problem.ts';

/** Reads what a deployment says to everybody. */
export const readPublic = async <T>(url: string, answer: z.ZodType<T>): Promise<T> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) }).catch((cause: unknown) => {
    throw new Error(`could not reach ${url}: ${whyUnreached(cause)}`, { cause });
  });
  if (response.ok) return answer.parse(await response.json());
  if (response.status === 429 || response.status >= 500) {
    throw new Error(`${url} answered with status ${response.status}: try again later`);
  }
  throw new Error(`${url} answered with status ${response.status}: is this the address of Assay, and of this version?`);
};

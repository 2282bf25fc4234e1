/** A process of the decision page, as Lambda runs one for each request: it makes the visits that it is sent. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { visitPage } from './page-visit.ts';

const Visit = z.object({ path: z.string(), form: z.object({ body: z.string(), cookie: z.string() }).optional() });

/** Milliseconds for which this process could have run, and another had the processor. Linux counts them. */
const waited = (): number => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;

process.on('message', async (message) => {
  const { path, form } = Visit.parse(message);
  const [startedAt, waitedBefore] = [performance.now(), waited()];
  const { statusCode } = await visitPage(path, form);
  const milliseconds = performance.now() - startedAt;
  process.send?.({ statusCode, milliseconds, own: milliseconds - (waited() - waitedBefore) });
});
process.send?.('ready');

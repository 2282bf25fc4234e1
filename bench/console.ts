/**
 * What a page of the console costs, at ten models and at a thousand, of twenty releases each: calls to AWS, bytes, time of the processor,
 * and at ten models how long it takes: the app of the Lambda, warm, against local AWS. `npm run bench:console`
 */

import { startAws } from '../test/support/aws.ts';
import { consoleOver, PAGES_OVER } from '../test/support/console-over.ts';
import { putMany } from '../test/support/many-releases.ts';
import { startIssuer } from '../test/support/oidc-issuer.ts';
import { countingClient } from './counting-client.ts';
import { roundsAsked, timing } from './rounds.ts';

const FEW = 10;
const MANY = 1000;
const RELEASES = 20;
const WARM_UP = 5;
/** To a statement of several keys the emulator looks through the whole table, which takes it seconds at a thousand models. */
const ROUNDS_OF_MANY = 3;
const P95_MAX_MS = 400;

const aws = await startAws('bench-console');
const issuer = await startIssuer();
const { client, counted } = countingClient(aws.awsEndpoint);

/** How long the answer takes, until its last byte is there. */
const visit = async (ask: Awaited<ReturnType<typeof consoleOver>>, path: string) => {
  const begun = performance.now();
  const answer = await ask(path);
  const { length } = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return { ms: performance.now() - begun, bytes: length };
};

const measure = async (table: string, path: string, rounds: number) => {
  const ask = await consoleOver(client, table, issuer);
  for (let round = 0; round < Math.min(WARM_UP, rounds); round += 1) await visit(ask, path);
  const found: number[] = [];
  let bytes = 0;
  counted.calls = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) {
    const visited = await visit(ask, path);
    found.push(visited.ms);
    bytes = visited.bytes;
  }
  const { user, system } = process.cpuUsage(before);
  const p95 = found.toSorted((one, other) => one - other)[Math.ceil(rounds * 0.95) - 1] ?? Number.NaN;
  return {
    p50: timing(found).median,
    p95,
    bytes,
    calls: counted.calls / rounds,
    cpuMs: (user + system) / 1000 / rounds,
  };
};

const tableOf = async (models: number): Promise<string> => {
  const table = await aws.makeTable(`models-${models}`);
  await putMany(client, table, { models, releases: RELEASES });
  return table;
};
const [few, many] = [await tableOf(FEW), await tableOf(MANY)];

let isSlow = false;
console.log(`| page | at ${FEW} models: p50, ms | p95, ms | CPU, ms | calls | KB | at ${MANY}: CPU, ms | calls | KB |`);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const path of PAGES_OVER) {
  const [ofFew, ofMany] = [await measure(few, path, roundsAsked(60)), await measure(many, path, ROUNDS_OF_MANY)];
  isSlow ||= ofFew.p95 > P95_MAX_MS;
  const costs = ({ cpuMs, calls, bytes }: typeof ofFew) => [cpuMs.toFixed(0), calls, (bytes / 1024).toFixed(0)];
  const cells = [ofFew.p50.toFixed(0), ofFew.p95.toFixed(0), ...costs(ofFew), ...costs(ofMany)];
  console.log(`| \`${path}\` | ${cells.join(' | ')} |`);
}
await Promise.all([aws.stop(), issuer.stop()]);
if (isSlow) throw new Error(`a page takes more than ${P95_MAX_MS} ms`);

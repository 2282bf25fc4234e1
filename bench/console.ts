/**
 * What a page of the console costs, at ten models and at a thousand, of twenty releases each: calls to AWS, bytes, time of the processor,
 * and how long it takes: the app of the Lambda, warm, at ten
 * models against local AWS, and at a thousand over a stand-in for DynamoDB that reads by keys, where the emulator looks through the table for
 * each query. `npm run bench:console`; behind `--` a part of a path asks for some pages
 */

import { startAws } from '../test/support/aws.ts';
import { consoleOver, PAGES_OVER } from '../test/support/console-over.ts';
import { startKeyedTable } from '../test/support/keyed-table/start.ts';
import { putMany } from '../test/support/many-releases.ts';
import { startIssuer } from '../test/support/oidc-issuer.ts';
import { countingClient } from './counting-client.ts';
import { roundsAsked, timing } from './rounds.ts';

const FEW = 10;
const MANY = 1000;
const RELEASES = 20;
const WARM_UP = 5;
const ROUNDS_OF_MANY = 20;
const P95_MAX_MS = 400;

const aws = await startAws('bench-console');
const issuer = await startIssuer();
const keyed = await startKeyedTable();
const OVER = new Map([
  [FEW, countingClient(aws.awsEndpoint)],
  [MANY, countingClient(keyed.endpoint)],
]);
const [part = ''] = process.argv.slice(2);

const tableOf = (models: number): string => `models-${models}`;
const overOf = (models: number): ReturnType<typeof countingClient> => {
  const over = OVER.get(models);
  if (over === undefined) throw new Error(`nothing is kept of ${models} models`);
  return over;
};

/** How long the answer takes, until its last byte is there. */
const visit = async (ask: Awaited<ReturnType<typeof consoleOver>>, path: string) => {
  const begun = performance.now();
  const answer = await ask(path);
  const { length } = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return { ms: performance.now() - begun, bytes: length };
};

const measure = async (models: number, path: string, rounds: number) => {
  const { client, counted } = overOf(models);
  const ask = await consoleOver(client, tableOf(models), issuer);
  for (let round = 0; round < Math.min(WARM_UP, rounds); round += 1) await visit(ask, path);
  const found: number[] = [];
  let bytes = 0;
  Object.assign(counted, { calls: 0, rows: 0 });
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
    rows: counted.rows / rounds,
    cpuMs: (user + system) / 1000 / rounds,
  };
};

await aws.makeTable(tableOf(FEW));
for (const models of [FEW, MANY]) await putMany(overOf(models).client, tableOf(models), { models, releases: RELEASES });

let isSlow = false;
const HEADS = ['p50, ms', 'p95, ms', 'CPU, ms', 'calls', 'rows', 'KB'];
const row = (...cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);
row('page', ...[FEW, MANY].flatMap((models) => HEADS.map((head) => `at ${models}: ${head}`)));
row(...Array.from({ length: 1 + 2 * HEADS.length }, () => '---'));
for (const path of PAGES_OVER.filter((one) => one.includes(part))) {
  const [ofFew, ofMany] = [await measure(FEW, path, roundsAsked(60)), await measure(MANY, path, ROUNDS_OF_MANY)];
  isSlow ||= ofFew.p95 > P95_MAX_MS;
  const costs = ({ p50, p95, cpuMs, calls, rows, bytes }: typeof ofFew) =>
    [p50, p95, cpuMs, calls, rows, bytes / 1024].map((value) => value.toFixed(0));
  row(`\`${path.slice(0, 60)}\``, ...costs(ofFew), ...costs(ofMany));
}
await Promise.all([aws.stop(), keyed.stop(), issuer.stop()]);
if (isSlow) throw new Error(`a page takes more than ${P95_MAX_MS} ms`);

/**
 * What each route that reads costs at ten models and at a thousand, of twenty releases each: calls to AWS and the rows that they look at,
 * bytes of the answer and time of the processor, over a stand-in for DynamoDB that reads by keys as DynamoDB does: the emulator looks
 * through the whole table, and keeps this process waiting, which costs it time of the processor as well. `npm run bench:api`; behind
 * `--` a part of a path asks for some routes, and TURNS for more turns.
 */

import { ROUTES } from '../lib/openapi/document.ts';
import { claimsOf } from '../test/support/api.ts';
import { templateOf } from '../test/support/as-documented.ts';
import { startKeyedTable } from '../test/support/keyed-table/start.ts';
import { doorOver, putMany, READS } from '../test/support/many-releases.ts';
import { countingClient } from './counting-client.ts';

const SIZES = [10, 1000];
const RELEASES = 20;
const ROUNDS = 20;
const WARM_UP = 5;
const TURNS = Number(process.env['TURNS'] ?? 5);
/** What any caller sends that has much to read, as Prometheus does. */
const HEADERS = { 'accept-encoding': 'gzip' };
const [part = ''] = process.argv.slice(2);
const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

const table = await startKeyedTable();
const { client, counted } = countingClient(table.endpoint);

const jsonOf = (text: string): object => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

const measure = async (table: string, path: string) => {
  const api = doorOver(client, table);
  const ask = async () =>
    Buffer.from(await (await api.request(`/v1${path}`, { headers: HEADERS }, CALLER)).arrayBuffer());
  const answer = await ask();
  const [rows = []] = Object.values(jsonOf(answer.toString('utf8'))).filter(Array.isArray);
  for (let round = 0; round < WARM_UP; round += 1) await ask();
  Object.assign(counted, { calls: 0, rows: 0 });
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) await ask();
  const { user, system } = process.cpuUsage(before);
  return {
    calls: counted.calls / ROUNDS,
    looked: counted.rows / ROUNDS,
    bytes: answer.length,
    rows: rows.length,
    cpuMs: (user + system) / 1000 / ROUNDS,
  };
};

/** The same list, of ten rows a page: as many as there are of everything at ten models. */
const ofTen = (path: string): string => {
  const { pathname, searchParams } = new URL(path, 'http://door');
  if (!isPaged(pathname)) return path;
  searchParams.set('limit', '10');
  return `${pathname}?${searchParams}`;
};
const isPaged = (pathname: string): boolean => {
  const template = templateOf(`/v1${pathname}`)?.replace('/v1', '');
  return ROUTES.some(
    ({ method, path, query }) => method === 'get' && path === template && query?.['limit'] !== undefined,
  );
};

/** The median of rounds that take turns, so that what else the machine does falls on both. */
const ratioOf = async (path: string): Promise<string> => {
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const [few, many] = [await measure('models-10', path), await measure('models-1000', path)];
    ratios.push(many.cpuMs / few.cpuMs);
  }
  return (ratios.toSorted((one, other) => one - other)[(TURNS - 1) / 2] ?? Number.NaN).toFixed(2);
};

for (const models of SIZES) await putMany(client, `models-${models}`, { models, releases: RELEASES });
console.log(
  '| route | calls | bytes | rows looked at | shown | at 10 models | CPU, ms | a page of ten rows, against 10 models |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const path of READS.filter((one) => one.includes(part))) {
  const [few, many] = [await measure('models-10', path), await measure('models-1000', path)];
  const cells = [
    many.calls,
    many.bytes,
    many.looked,
    many.rows,
    few.rows,
    many.cpuMs.toFixed(1),
    await ratioOf(ofTen(path)),
  ];
  console.log(`| \`${path}\` | ${cells.join(' | ')} |`);
}
await table.stop();

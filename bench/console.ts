/**
 * How long a page of the console takes, at ten models and at a thousand, of twenty releases each: the app of the Lambda, warm, against
 * local AWS. `npm run bench:console`
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../local/clients.ts';
import { startAws } from '../test/support/aws.ts';
import { consoleOver, PAGES_OVER } from '../test/support/console-over.ts';
import { putMany } from '../test/support/many-releases.ts';
import { startIssuer } from '../test/support/oidc-issuer.ts';
import { roundsAsked, timing } from './rounds.ts';

const SIZES = [10, 1000];
const RELEASES = 20;
const WARM_UP = 5;
const P95_MAX_MS = 400;

const aws = await startAws('bench-console');
const issuer = await startIssuer();
const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
  marshallOptions: { removeUndefinedValues: true },
});

/** How long the answer takes, until its last byte is there. */
const visit = async (ask: Awaited<ReturnType<typeof consoleOver>>, path: string) => {
  const begun = performance.now();
  const answer = await ask(path);
  const { length } = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
  return { ms: performance.now() - begun, length };
};

const measure = async (table: string, path: string) => {
  const ask = await consoleOver(client, table, issuer);
  for (let round = 0; round < WARM_UP; round += 1) await visit(ask, path);
  const found: number[] = [];
  let bytes = 0;
  for (let round = 0; round < roundsAsked(60); round += 1) {
    const { ms, length } = await visit(ask, path);
    found.push(ms);
    bytes = length;
  }
  const p95 = found.toSorted((one, other) => one - other)[Math.ceil(found.length * 0.95) - 1] ?? Number.NaN;
  return { p50: timing(found).median, p95, bytes };
};

let isSlow = false;
console.log('| page | models | p50, ms | p95, ms | bytes |');
console.log('|---|---|---|---|---|');
for (const models of SIZES) {
  const table = `models-${models}`;
  await putMany(client, await aws.makeTable(table), { models, releases: RELEASES });
  for (const path of PAGES_OVER) {
    const { p50, p95, bytes } = await measure(table, path);
    isSlow ||= p95 > P95_MAX_MS;
    console.log(`| \`${path}\` | ${models} | ${p50.toFixed(0)} | ${p95.toFixed(0)} | ${bytes} |`);
  }
}
await Promise.all([aws.stop(), issuer.stop()]);
if (isSlow) throw new Error(`a page takes more than ${P95_MAX_MS} ms`);

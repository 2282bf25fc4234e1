/**
 * What each list of the API costs at ten models and at a thousand, of twenty releases each: calls to AWS, bytes of the answer and time of the
 * processor, against local AWS. `npm run bench:api`
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../local/clients.ts';
import { claimsOf } from '../test/support/api.ts';
import { startAws } from '../test/support/aws.ts';
import { apiOver, putMany, READS } from '../test/support/many-releases.ts';

const SIZES = [10, 1000];
const RELEASES = 20;
const ROUNDS = 20;
const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

const aws = await startAws('bench-api');
let calls = 0;
const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
  marshallOptions: { removeUndefinedValues: true },
});
client.middlewareStack.add((next) => (args) => {
  calls += 1;
  return next(args);
});

const measure = async (table: string, path: string) => {
  const api = apiOver(client, table);
  const ask = async () => (await api.request(`/v1${path}`, {}, CALLER)).text();
  const answer = await ask();
  calls = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) await ask();
  const { user, system } = process.cpuUsage(before);
  return { calls: calls / ROUNDS, bytes: answer.length, cpuMs: (user + system) / 1000 / ROUNDS };
};

for (const models of SIZES) {
  await putMany(client, await aws.makeTable(`models-${models}`), { models, releases: RELEASES });
}
console.log('| route | calls | bytes | CPU, ms | of the same at 10 models |');
console.log('|---|---|---|---|---|');
for (const path of READS) {
  const [few, many] = [await measure('models-10', path), await measure('models-1000', path)];
  const ratio = (many.cpuMs / few.cpuMs).toFixed(2);
  console.log(`| \`${path}\` | ${many.calls} | ${many.bytes} | ${many.cpuMs.toFixed(1)} | ${ratio} |`);
}
await aws.stop();

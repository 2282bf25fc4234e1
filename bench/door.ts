/**
 * How long the API takes to answer a new release while Amazon ECR answers slowly, or not at all: beside the second that it
 * may take. The Lambda's own handler, against an emulator, and a stand-in for ECR that waits.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventOf } from '../test/support/api.ts';
import { exampleManifest, startProduct } from '../test/support/product.ts';
import { printRatio, printTimes, rounds, roundsAsked } from './rounds.ts';

const LIMIT_MS = 1_000;
const LIMIT = 'the limit of a second';
const DIGEST = `sha256:${'a'.repeat(64)}`;

let waitMs = 0;
const ecr = createServer((_, response) => {
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ images: [{ imageId: { imageDigest: DIGEST } }] }));
  }, waitMs).unref();
});
await new Promise<void>((resolve) => ecr.listen(0, '127.0.0.1', resolve));
const { port } = ecr.address() as AddressInfo; // a server that listens on TCP has one
process.env['AWS_ENDPOINT_URL_ECR'] = `http://127.0.0.1:${port}`;

const product = await startProduct('bench-door');
process.env['DOOR_PATIENCE_MS'] = '800'; // as deployed, where a setting says no other
const manifest = await exampleManifest('1.1.0');
const { headers, requestContext } = eventOf({ sub: 's', username: 'pipeline', 'cognito:groups': ['releaser'] });
let requests = 0;
const post = async (status: number): Promise<void> => {
  requests += 1;
  const release_id = `release-${requests}`;
  const path = '/v1/releases';
  const answer = await product.invoke('serve-api', {
    version: '2.0',
    routeKey: 'POST /v1/{proxy+}',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: 'api.example.com', ...headers },
    isBase64Encoded: false,
    body: JSON.stringify({ ...manifest, release_id, config_version: release_id }),
    requestContext: {
      domainName: 'api.example.com',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      ...requestContext,
    },
  });
  const { statusCode } = answer as { statusCode: number }; // what API Gateway is answered
  if (statusCode !== status) throw new Error(`answered ${statusCode}, not ${status}`);
};

const peers = [
  { name: 'ECR answers at once', wait: 0, status: 201 },
  { name: 'ECR answers after 600 ms', wait: 600, status: 201 },
  { name: 'ECR does not answer', wait: 60_000, status: 503 },
];
try {
  await post(201);
  const times = await rounds(roundsAsked(7), [
    ...peers.map(({ name, wait, status }) => ({
      name,
      run: async () => {
        waitMs = wait;
        const startedAt = performance.now();
        await post(status);
        return performance.now() - startedAt;
      },
    })),
    { name: LIMIT, run: async () => LIMIT_MS },
  ]);
  printTimes(times);
  for (const { name } of peers) printRatio(times, name, LIMIT, '≤ 1');
} finally {
  await product.stop();
  ecr.closeAllConnections();
  ecr.close();
}

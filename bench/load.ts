/**
 * How long the automated part of a release takes, from the request to the verdict that people are asked about, with twenty at
 * once: each of a model of its own, on the whole deployment, by its event bus and its state machines. It is compared with the
 * limit of CK-5. The peer in the same run is one release alone.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamodbReleaseStore } from '../lib/adapters/dynamodb-release-store.ts';
import { clientConfig } from '../local/clients.ts';
import { startDeployment } from '../local/deployment.ts';
import { until } from '../local/ports.ts';
import { renamedExample } from '../local/renamed-example.ts';
import { LOCAL_CONTEXT } from '../local/synth.ts';

const AT_ONCE = 20;
/** What CK-5 asks for. */
const LIMIT_SECONDS = 600;
const DELIVERED_AGAIN_MS = 10_000;

const root = join(import.meta.dirname, '..');
const home = join(root, '.local', 'bench-load');
const ports = { port: 0, sagemakerPort: 0, slackPort: 0, publicPort: 0 };
const deployment = await startDeployment({ root, home, ...ports, onProgress: (line) => console.error(line) });

const run = async (): Promise<void> => {
  const { awsEndpoint, table, bus } = deployment.endpoints;
  const config = clientConfig(awsEndpoint);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const eventBridge = new EventBridgeClient(config);
  const store = dynamodbReleaseStore(table, DynamoDBDocumentClient.from(new DynamoDBClient(config)));

  const prepare = async (modelName: string): Promise<string> => {
    const { manifest, files } = await renamedExample(root, '1.1.0', modelName);
    for (const { key, body } of files) {
      await s3.send(new PutObjectCommand({ Bucket: LOCAL_CONTEXT.modelBuckets, Key: key, Body: body }));
    }
    return JSON.stringify({ manifest });
  };
  /** Seconds from the event to the release that people are asked about. */
  const judge = async (modelName: string, Detail: string): Promise<number> => {
    const startedAt = performance.now();
    const event = { Source: 'example.pipeline', DetailType: 'Release Requested', EventBusName: bus, Detail };
    let state = 'not there';
    let sentAt = Number.NEGATIVE_INFINITY;
    const isJudged = await until(
      async () => {
        // EventBridge delivers again to a Lambda that has no place. Its emulator does not; the same request is the same release.
        if (state === 'not there' && performance.now() - sentAt > DELIVERED_AGAIN_MS) {
          sentAt = performance.now();
          await eventBridge.send(new PutEventsCommand({ Entries: [event] }));
        }
        state = (await store.get('release', `${modelName}-1.1.0`))?.state ?? 'not there';
        return state !== 'not there' && state !== 'draft';
      },
      2 * LIMIT_SECONDS * 1000,
    );
    if (!isJudged || state !== 'validated') throw new Error(`${modelName} is ${state}`);
    return (performance.now() - startedAt) / 1000;
  };

  const names = Array.from({ length: AT_ONCE }, (_, index) => `load-${index}`);
  const details = await Promise.all(['load-alone', ...names].map(prepare));
  const alone = await judge('load-alone', details[0] ?? '');
  const all = await Promise.all(names.map((name, index) => judge(name, details[index + 1] ?? '')));
  const sorted = all.toSorted((one, other) => one - other);
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  console.log(`one alone      ${alone.toFixed(1)} s`);
  console.log(`${AT_ONCE} at once     ${fastest.toFixed(1)} s the first, ${slowest.toFixed(1)} s the last`);
  console.log(
    `p95            ${p95.toFixed(1)} s, ${(p95 / LIMIT_SECONDS).toFixed(3)} of the ${LIMIT_SECONDS} s of CK-5`,
  );
  if (p95 >= LIMIT_SECONDS) process.exitCode = 1;
};

try {
  await run();
} finally {
  await deployment.stop();
  await rm(home, { recursive: true, force: true });
}

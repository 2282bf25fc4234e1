/**
 * How long a commit to a model's chain takes beside 32 writers who hold one link and are refused without end: with bounded
 * refusals, with the throttle of their route as well, and as before, when every refusal was an event on that chain.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { entityKey } from '../lib/adapters/dynamodb-keys.ts';
import { dynamodbReleaseStore } from '../lib/adapters/dynamodb-release-store.ts';
import { payloadFor } from '../lib/domain/approval/link.ts';
import { refuseDecision } from '../lib/domain/approval/refuse-decision.ts';
import { type PersonalAnswer, takeDecision } from '../lib/domain/approval/take-decision.ts';
import { Refusal } from '../lib/domain/refusal.ts';
import { THROTTLES } from '../lib/infra/constructs/doors.ts';
import { clientConfig } from '../local/clients.ts';
import { anApprovalCase, at, yesToAll } from '../test/support/approval-case.ts';
import { startAws } from '../test/support/aws.ts';
import { DECISION_KEY } from '../test/support/decision-key.ts';
import { aChange } from '../test/support/release-store.contract.ts';
import { timing } from './rounds.ts';

const WRITERS = 32;
const COMMITS = 200;
const NOW = at('2026-11-21T10:00:00.000Z');

const aws = await startAws('bench-refusals');
await aws.makeTable('releases');
const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(aws.awsEndpoint)), {
  marshallOptions: { removeUndefinedValues: true },
});
const store = dynamodbReleaseStore('releases', client);
/** The legitimate writer has a client of its own: a transaction that is sent twice met a writer to the same rows. */
const own = new DynamoDBClient(clientConfig(aws.awsEndpoint));
let transactions = 0;
own.middlewareStack.add(
  (next, { commandName }) =>
    (args) => {
      if (commandName?.startsWith('TransactWrite') === true) transactions += 1;
      return next(args);
    },
  { step: 'initialize' },
);
const legitimate = dynamodbReleaseStore(
  'releases',
  DynamoDBDocumentClient.from(own, { marshallOptions: { removeUndefinedValues: true } }),
);
const scene = await anApprovalCase();
const { release, request } = scene;
const policy = await scene.store.get('policy', release.policySha256);
for (const entity of [release, request, policy, ...(await scene.store.list('check', release.releaseId))]) {
  if (entity === undefined) throw new Error('the case has no policy');
  await client.send(new PutCommand({ TableName: 'releases', Item: { ...entityKey(entity), ...entity } }));
}

let attempts = 0;
/** A link that was tampered with, or a form that is not complete: never the same one twice. */
const attempt = (): PersonalAnswer => {
  attempts += 1;
  const payload = payloadFor(request, 'ada');
  return {
    payload: attempts % 2 === 0 ? payload : { ...payload, n: `made-up-nonce-${attempts}` },
    answer: {
      decision: 'approve',
      checklist: yesToAll(scene.policy),
      typedConfirmation: attempts % 2 === 0 ? `no ${attempts}` : request.modelVersion,
      comment: '',
    },
    openings: new Map(),
    authMethod: 'signed_link',
  };
};
const ports = { store, directory: async () => scene.directory, signer: DECISION_KEY.signer, now: () => NOW };
const now = async (): Promise<void> => {
  await takeDecision(attempt(), ports).catch(() => undefined);
};
const refusal = new Refusal('DecisionIncomplete', 'the decision is not complete');
const before = async (): Promise<void> => {
  await store.commit(refuseDecision({ release, request, ...attempt(), refusal }), NOW).catch(() => undefined);
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** What API Gateway lets through to the Lambda, shared by all writers. */
const throttled = (run: () => Promise<void>) => {
  let next = 0;
  return async (): Promise<void> => {
    const { rateLimit } = THROTTLES['ANY /a/{link}'];
    const wait = next - performance.now();
    if (wait > 0) return void (await pause(10));
    next = performance.now() + 1000 / rateLimit;
    await run();
  };
};

/** The milliseconds of each commit that succeeded, beside the writers. */
const beside = async (hostile?: () => Promise<void>, commits = COMMITS): Promise<number[]> => {
  let isOver = false;
  const write = async (): Promise<void> => {
    while (!isOver) await hostile?.();
  };
  const writers = hostile === undefined ? [] : Array.from({ length: WRITERS }, write);
  await pause(500);
  transactions = 0;
  const times: number[] = [];
  for (let count = 0; count < commits; count += 1) {
    const startedAt = performance.now();
    await legitimate.commit({ ...aChange(release.modelName, []), model: release.modelName }, NOW).then(
      () => times.push(performance.now() - startedAt),
      () => undefined,
    );
  }
  isOver = true;
  await Promise.all(writers);
  return times;
};

try {
  const idle = timing(await beside()).median;
  const report = (name: string, times: readonly number[], commits: number): void => {
    const { median, max } = timing(times);
    const ratio = (median / idle).toFixed(1);
    console.log(
      `${name}: ${times.length} of ${commits} committed by ${transactions} transactions, median ${median.toFixed(1)} ms, worst ${max.toFixed(0)} ms, ${ratio} times idle`,
    );
  };
  console.log(`idle: median ${idle.toFixed(1)} ms`);
  report('bounded, behind the throttle of the route (target ≤ 5)', await beside(throttled(now)), COMMITS);
  report('bounded, no throttle', await beside(now, 20), 20);
  report('as before, every refusal an event', await beside(before, 5), 5);
} finally {
  await aws.stop();
}

/** How many calls to AWS the steps make that change what serves (bench/README.md). One that is added shows here. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { now } from '../../lib/runtime/clock.ts';
import { type Calls, countedCalls } from '../support/counted-calls.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const OPERATOR = { actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'to count' };

let product: Product;
beforeAll(async () => {
  product = await startProduct('calls');
});
afterAll(() => product.stop());

const approve = async (version: string): Promise<string> => {
  const releaseId = `${MODEL}-${version}`;
  const detail = await exampleManifest(version);
  await product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  const people = async () => {
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
    return 'approved';
  };
  await walk('release', { input: { releaseId }, invoke: product.invoke, people });
  await product.drain();
  return releaseId;
};

/** Walks a machine and counts the first call of each step with each outcome. How long SageMaker takes does not count. */
const walked = async (
  machine: 'promotion' | 'rollback' | 'move',
  input: Readonly<Record<string, unknown>>,
  count: ReturnType<typeof countedCalls>,
) => {
  const steps: Record<string, Calls> = {};
  let repeated: { readonly lambda: string; readonly answer: unknown } | undefined;
  const invoke = async (lambda: string, event: unknown) => {
    // The walk calls each step twice; the second call would find what the first one left.
    if (repeated?.lambda === lambda) {
      const { answer } = repeated;
      repeated = undefined;
      return answer;
    }
    const { answer, calls } = await count(() => product.invoke(lambda, event));
    const outcome = String(Reflect.get(Object(answer), 'outcome'));
    if (`${lambda} ${outcome}` !== 'verify-endpoint pending') steps[`${lambda}: ${outcome}`] ??= calls;
    repeated = { lambda, answer };
    return answer;
  };
  const end = await walk(machine, { input, invoke, meanwhile: product.drain });
  return { end, steps };
};

/** The steps of a promotion over another release: the release, what is kept of it, what the pointer names, and the head of the chain. */
const PROMOTION: Readonly<Record<string, Calls>> = {
  'verify-promotion: allow': {
    'DynamoDB BatchGet': 2,
    'DynamoDB ExecuteStatement': 1,
    'S3 GetObject': 1,
    'S3 HeadObject': 1,
    'SageMaker DescribeModelPackage': 1,
  },
  // The endpoint is described for the judgement, and again right before the order.
  'deploy-endpoint: deploying': {
    'DynamoDB BatchGet': 2,
    'DynamoDB ExecuteStatement': 1,
    'DynamoDB TransactWrite': 1,
    'S3 HeadObject': 1,
    'SageMaker CreateEndpointConfig': 1,
    'SageMaker CreateModel': 1,
    'SageMaker DescribeEndpoint': 2,
    'SageMaker DescribeModelPackage': 1,
    'SageMaker UpdateEndpoint': 1,
  },
  'verify-endpoint: in_service': {
    'DynamoDB BatchGet': 1,
    'SageMaker DescribeEndpoint': 1,
  },
  'promote-release: promoted': {
    'DynamoDB BatchGet': 2,
    'DynamoDB ExecuteStatement': 1,
    'DynamoDB TransactWrite': 1,
  },
};

/** The steps of a move. The model and the configuration of what serves are there, so they are compared. */
const MOVE: Readonly<Record<string, Calls>> = {
  // Two endpoints are described: the new one, and the one whose variant it is to have.
  'open-endpoint: opening': {
    'DynamoDB BatchGet': 3,
    'DynamoDB TransactWrite': 1,
    'S3 HeadObject': 1,
    'SageMaker CreateEndpoint': 1,
    'SageMaker CreateEndpointConfig': 1,
    'SageMaker CreateModel': 1,
    'SageMaker DescribeEndpoint': 2,
    'SageMaker DescribeEndpointConfig': 1,
    'SageMaker DescribeModel': 1,
    'SageMaker DescribeModelPackage': 1,
  },
  'verify-endpoint: in_service': {
    'DynamoDB BatchGet': 2,
    'SageMaker DescribeEndpoint': 1,
  },
  'move-endpoint: moved': {
    'DynamoDB BatchGet': 3,
    'DynamoDB TransactWrite': 1,
  },
  'close-endpoint: pending': {
    'DynamoDB BatchGet': 2,
    'SageMaker DeleteEndpoint': 1,
    'SageMaker DescribeEndpoint': 1,
  },
  'close-endpoint: moved': {
    'DynamoDB BatchGet': 3,
    'DynamoDB TransactWrite': 1,
    'SageMaker DescribeEndpoint': 1,
  },
};

/** The steps of a rollback to what served before. */
const ROLLBACK: Readonly<Record<string, Calls>> = {
  // The fallback is read before its artifact is hashed, and again after that.
  'verify-fallback: verified': {
    'DynamoDB BatchGet': 3,
    'DynamoDB ExecuteStatement': 1,
    'S3 GetObject': 1,
    'S3 HeadObject': 1,
    'SageMaker DescribeModelPackage': 1,
  },
  // The pointer and the endpoint are read once for the configuration, and again right before the order.
  'switch-endpoint: switched': {
    'DynamoDB BatchGet': 6,
    'DynamoDB TransactWrite': 1,
    'S3 HeadObject': 1,
    'SageMaker DescribeEndpoint': 2,
    'SageMaker DescribeEndpointConfig': 1,
    'SageMaker DescribeModel': 1,
    'SageMaker DescribeModelPackage': 1,
    'SageMaker UpdateEndpoint': 1,
  },
  'verify-endpoint: in_service': {
    'DynamoDB BatchGet': 3,
    'SageMaker DescribeEndpoint': 1,
  },
  'roll-back-release: rolled_back': {
    'DynamoDB BatchGet': 4,
    'DynamoDB TransactWrite': 1,
  },
};

it('is counted for a promotion, a move and a rollback', async () => {
  await walk('promotion', {
    input: { releaseId: await approve('1.1.0'), attempt: 1 },
    invoke: product.invoke,
    meanwhile: product.drain,
  });
  const releaseId = await approve('1.2.0');

  const count = countedCalls();

  const promotion = await walked('promotion', { releaseId, attempt: 1 }, count);
  await product.drain();
  const { move } = await askMove({ ...OPERATOR, modelName: MODEL, endpointName: 'hmda-eu' }, product.store, now);
  const moved = await walked('move', { modelName: MODEL, move: move.number }, count);
  await product.drain();
  await askRollback({ ...OPERATOR, modelName: MODEL, linkedIncident: 'INC-1' }, product.store, now);
  const rollback = await walked('rollback', { rollbackId: rollbackId(MODEL, 2) }, count);

  expect(promotion).toEqual({ end: 'ReleasePromoted', steps: PROMOTION });
  expect(moved).toEqual({ end: 'EndpointMoved', steps: MOVE });
  expect(rollback).toEqual({ end: 'RollbackExecuted', steps: ROLLBACK });
});

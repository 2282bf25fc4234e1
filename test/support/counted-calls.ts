/** Counts the calls to AWS that a piece of the product makes in this process, by service and operation. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { onTestFinished, vi } from 'vitest';

/** How often each operation was called, such as `SageMaker DescribeEndpoint`. */
export type Calls = Readonly<Record<string, number>>;

/** Every client of the SDK sends by this one method, which is not its own. A retry of the SDK is no other call. */
const BASES = [DynamoDBClient, DynamoDBDocumentClient, KMSClient, S3Client, SageMakerClient].map(
  ({ prototype }): { send(command: object): unknown } => Object.getPrototypeOf(prototype),
);

/** For the test that calls it: answers what counts the calls of one run, and nothing that goes on beside it. */
export const countedCalls = () => {
  const counting = new AsyncLocalStorage<Map<string, number>>();
  for (const base of new Set(BASES)) {
    const { send } = base;
    const spy = vi.spyOn(base, 'send').mockImplementation(function (this: object, ...given: [object]) {
      const name = `${nameOf(this, /(Document)?Client$/)} ${nameOf(given[0], /Command$/)}`;
      const calls = counting.getStore();
      calls?.set(name, (calls.get(name) ?? 0) + 1);
      return send.apply(this, given);
    });
    onTestFinished(() => spy.mockRestore());
  }
  return async <T>(run: () => Promise<T>): Promise<{ readonly answer: T; readonly calls: Calls }> => {
    const calls = new Map<string, number>();
    const answer = await counting.run(calls, run);
    return { answer, calls: Object.fromEntries([...calls].sort(([one], [other]) => (one < other ? -1 : 1))) };
  };
};

const nameOf = (thing: object, ending: RegExp): string => thing.constructor.name.replace(ending, '');

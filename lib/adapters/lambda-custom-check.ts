import { InvokeCommand, LambdaClient, LambdaServiceException } from '@aws-sdk/client-lambda';
import type { CustomQuestion, CustomReply } from '../domain/checks/custom-checks.ts';
import { cut } from '../domain/cut.ts';

const lambda = new LambdaClient({});

/** The check is given up a moment after it timed out: nobody waits for the answer any more. */
const GRACE_MS = 1000;

/** Asks the Lambda of a custom check and waits for its answer. What it does wrong is told, and is no fault of ours. */
export const invokeCustomCheck = async (
  lambdaArn: string,
  question: CustomQuestion,
  seconds: number,
): Promise<CustomReply> => {
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: lambdaArn, Payload: Buffer.from(JSON.stringify(question)) }),
      { abortSignal: AbortSignal.timeout(seconds * 1000 + GRACE_MS) },
    );
    if (FunctionError === undefined) return { answer: Payload ?? new Uint8Array() };
    return { problem: `it failed: ${cut(Buffer.from(Payload ?? '').toString('utf8'), 400)}` };
  } catch (cause) {
    if (!(cause instanceof LambdaServiceException)) throw cause;
    return { problem: `it could not be invoked: ${cause.name}` };
  }
};

/** Has the rows of `history` derived by the one Lambda that may write them. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { cut } from '../../domain/cut.ts';
import { awsProblem } from '../aws-problem.ts';

const lambda = new LambdaClient({});

/**
 * Waits for so long at most: what is not derived by then goes on without anybody waiting, and is there for the next question. Answers why
 * it failed, if it did.
 */
export const invokeDerive = (functionArn: string, patienceMs: number) => async (): Promise<string | undefined> => {
  const abortSignal = AbortSignal.timeout(patienceMs);
  try {
    const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from('{}') }),
      { abortSignal },
    );
    return FunctionError === undefined ? undefined : cut(Buffer.from(Payload).toString('utf8'), 400);
  } catch (cause) {
    return abortSignal.aborted ? `not within ${patienceMs} ms` : awsProblem(cause);
  }
};

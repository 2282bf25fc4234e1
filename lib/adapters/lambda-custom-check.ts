import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import type { CustomQuestion, CustomReply } from '../domain/checks/custom-checks.ts';
import { cut } from '../domain/cut.ts';
import { Sha256 } from '../domain/identifiers.ts';
import { isPassing } from './aws-error.ts';

const lambda = new LambdaClient({});

/** The call is aborted a moment after the check timed out, when nobody waits for the answer any more. */
const GRACE_MS = 1000;

/**
 * Invokes the Lambda of a custom check and waits for its answer. An error of that Lambda is a result, not a fault of
 * ours. The ARN names a numbered version, whose code cannot change, so the digest is that of the code that answered.
 */
export const invokeCustomCheck = async (
  lambdaArn: string,
  question: CustomQuestion,
  seconds: number,
): Promise<CustomReply> => {
  try {
    const { CodeSha256 = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: lambdaArn }));
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: lambdaArn, Payload: Buffer.from(JSON.stringify(question)) }),
      { abortSignal: AbortSignal.timeout(seconds * 1000 + GRACE_MS) },
    );
    if (FunctionError === undefined) {
      return { answer: Payload ?? new Uint8Array(), codeSha256: codeDigest(CodeSha256) };
    }
    return { problem: `it failed: ${cut(Buffer.from(Payload ?? '').toString('utf8'), 400)}` };
  } catch (cause) {
    if (!isRefused(cause)) throw cause;
    return { problem: `it could not be invoked: ${cause.name}` };
  }
};

/** Lambda reports a zip package's digest in base64, and a container image's in hex. */
const codeDigest = (CodeSha256: string): Sha256 =>
  Sha256.parse(/^[0-9a-f]{64}$/.test(CodeSha256) ? CodeSha256 : Buffer.from(CodeSha256, 'base64').toString('hex'));

/** Throttling and outages are no refusals: the caller retries, and no release is rejected because of them. */
const isRefused = (cause: unknown): cause is LambdaServiceException =>
  cause instanceof LambdaServiceException && !isPassing(cause);

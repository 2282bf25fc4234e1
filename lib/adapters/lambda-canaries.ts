import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { CheckStatus } from '../domain/checks/vocabulary.ts';
import { cut } from '../domain/cut.ts';
import type { RanCanary } from '../domain/gate/record-canaries.ts';
import type { JudgeAgain, ReverificationClaim } from '../domain/gate/reverify.ts';
import { Sha256 } from '../domain/identifiers.ts';

const lambda = new LambdaClient({});

const Answer = z.object({
  check: z.string(),
  held: z.boolean(),
  onGood: CheckStatus,
  onBad: CheckStatus,
  codeSha256: Sha256,
});

/** Asks the Lambda of a stage for the canary of one of its checks. An error of that Lambda is a fault and no result. */
export const invokeCanary = async (functionArn: string, check: string): Promise<RanCanary> => {
  const answer = Answer.parse(await ask(functionArn, { canary: check }));
  if (answer.check !== check) throw new Error(`asked for the canary of ${check}, got that of ${answer.check}`);
  return answer;
};

const Verdict = z.object({
  status: CheckStatus,
  measured: z.string(),
  threshold: z.string(),
  explanation: z.string(),
  codeSha256: Sha256,
});

/** Has a check made again on a release, by the Lambda of its stage. The same holds for an error. */
export const invokeReverification =
  (functionArn: string): JudgeAgain =>
  async ({ releaseId, check }) =>
    Verdict.parse(await ask(functionArn, { reverify: check, releaseId }));

/** Orders a check to be made again, by the Lambda that runs the canaries; that it was made is on record afterwards, later. */
export const orderReverification =
  (functionArn: string) =>
  async ({ releaseId, check, actor }: ReverificationClaim): Promise<void> => {
    const order = Buffer.from(JSON.stringify({ reverify: check, releaseId, actor }));
    await lambda.send(new InvokeCommand({ FunctionName: functionArn, InvocationType: 'Event', Payload: order }));
  };

const ask = async (functionArn: string, question: object): Promise<unknown> => {
  const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
    new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(question)) }),
  );
  const text = Buffer.from(Payload).toString('utf8');
  if (FunctionError !== undefined) throw new Error(`a stage did not answer: ${cut(text, 400)}`);
  return JSON.parse(text);
};

import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { invokeCustomCheck } from '../../lib/adapters/lambda-custom-check.ts';
import type { CustomQuestion } from '../../lib/domain/checks/custom-checks.ts';
import { mockClient } from '../support/mock-client.ts';

const ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:toxicity:3';
const lambda = mockClient(LambdaClient);
/** What Lambda says of a package: its SHA-256 in base64. */
const CODE_SHA256 = 'e'.repeat(64);
beforeEach(() => {
  lambda.reset();
  const CodeSha256 = Buffer.from(CODE_SHA256, 'hex').toString('base64');
  lambda.on(GetFunctionConfigurationCommand, { FunctionName: ARN }).resolves({ CodeSha256 });
});

const question: CustomQuestion = {
  schema_version: 1,
  check: 'toxicity_below_limit',
  parameters: {},
  release_id: 'chat-1.0.0',
  model_name: 'chat',
  model_version: '1.0.0',
  git_commit: 'a'.repeat(40),
  risk_tier: 'high',
  policy_sha256: 'b'.repeat(64),
  artifact: { uri: 's3://models/chat', version_id: 'v1', sha256: 'c'.repeat(64) },
  evidence: {},
};
const payload = (text: string) => Object.assign(Buffer.from(text), { transformToString: () => text });

describe('the Lambda of a custom check', () => {
  it('is invoked by its ARN, and its answer is returned with the digest of its code', async () => {
    lambda.on(InvokeCommand).resolves({ Payload: payload('{"status":"passed"}') });

    const reply = await invokeCustomCheck(ARN, question, 60);

    expect(reply).toEqual({ answer: expect.anything(), codeSha256: CODE_SHA256 });
    expect('answer' in reply && Buffer.from(reply.answer).toString()).toBe('{"status":"passed"}');
    const input = lambda.commandCalls(InvokeCommand)[0]?.args[0].input;
    expect(input?.FunctionName).toBe(ARN);
    expect(JSON.parse(String(input?.Payload))).toEqual(question);
  });

  it('may be a container image, whose digest Lambda writes in hexadecimal', async () => {
    lambda.on(GetFunctionConfigurationCommand, { FunctionName: ARN }).resolves({ CodeSha256: CODE_SHA256 });
    lambda.on(InvokeCommand).resolves({ Payload: payload('{}') });

    expect(await invokeCustomCheck(ARN, question, 60)).toMatchObject({ codeSha256: CODE_SHA256 });
  });

  it('answers nothing with nothing', async () => {
    lambda.on(InvokeCommand).resolves({});

    expect(await invokeCustomCheck(ARN, question, 60)).toEqual({
      answer: new Uint8Array(),
      codeSha256: CODE_SHA256,
    });
  });

  it.each([
    [payload('{"errorMessage":"KeyError"}'), 'it failed: {"errorMessage":"KeyError"}'],
    [undefined, 'it failed: '],
  ])('is reported when it fails', async (Payload, problem) => {
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', ...(Payload === undefined ? {} : { Payload }) });

    expect(await invokeCustomCheck(ARN, question, 60)).toEqual({ problem });
  });

  it('is reported when it cannot be invoked', async () => {
    lambda.on(InvokeCommand).rejects(new ResourceNotFoundException({ $metadata: {}, message: 'no such version' }));

    expect(await invokeCustomCheck(ARN, question, 60)).toEqual({
      problem: 'it could not be invoked: ResourceNotFoundException',
    });
  });

  it('is asked again later when there were too many requests', async () => {
    lambda.on(InvokeCommand).rejects(new TooManyRequestsException({ $metadata: {}, message: 'Rate exceeded' }));

    await expect(invokeCustomCheck(ARN, question, 60)).rejects.toThrow('Rate exceeded');
  });

  it('leaves any other error to the caller', async () => {
    lambda.on(InvokeCommand).rejects(new Error('socket hang up'));

    await expect(invokeCustomCheck(ARN, question, 60)).rejects.toThrow('socket hang up');
  });
});

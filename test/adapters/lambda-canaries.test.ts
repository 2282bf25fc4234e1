import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { invokeCanary, invokeReverification } from '../../lib/adapters/lambda-canaries.ts';
import { mockClient } from '../support/mock-client.ts';

const ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:stage';
const lambda = mockClient(LambdaClient);
beforeEach(() => {
  lambda.reset();
});
const answers = (payload: unknown, FunctionError?: string) => {
  const Payload = Object.assign(Buffer.from(JSON.stringify(payload)), { transformToString: () => '' });
  lambda.on(InvokeCommand).resolves({ Payload, ...(FunctionError === undefined ? {} : { FunctionError }) });
};
const asked = () => JSON.parse(String(lambda.commandCalls(InvokeCommand)[0]?.args[0].input.Payload));
const codeSha256 = 'e'.repeat(64);
const CANARY = { check: 'git_ref_allowed', held: true, onGood: 'passed', onBad: 'failed', codeSha256 };
const VERDICT = { status: 'failed', measured: '1', threshold: '2', explanation: 'why', codeSha256 };

describe('the Lambda of a stage', () => {
  it('is asked for the canary of a check', async () => {
    answers(CANARY);

    expect(await invokeCanary(ARN, 'git_ref_allowed')).toEqual(CANARY);
    expect(asked()).toEqual({ canary: 'git_ref_allowed' });
  });

  it('is asked to make a check again', async () => {
    answers(VERDICT);
    const claim = { releaseId: 'credit-1.0.0', check: 'git_ref_allowed' };

    expect(await invokeReverification(ARN)(claim)).toEqual(VERDICT);
    expect(asked()).toEqual({ reverify: 'git_ref_allowed', releaseId: 'credit-1.0.0' });
  });

  it('gives no result if it fails, or answers for another check, or without one', async () => {
    answers({ errorMessage: 'broken' }, 'Unhandled');
    await expect(invokeCanary(ARN, 'git_ref_allowed')).rejects.toThrow('broken');
    answers(CANARY);
    await expect(invokeCanary(ARN, 'attested_by')).rejects.toThrow('got that of git_ref_allowed');
    lambda.on(InvokeCommand).resolves({});
    await expect(invokeCanary(ARN, 'git_ref_allowed')).rejects.toThrow();
  });
});

import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { invokeQuestions } from '../../lib/adapters/lambda-questions.ts';
import { Unavailable } from '../../lib/domain/refusal.ts';
import { mockClient } from '../support/mock-client.ts';

const lambda = mockClient(LambdaClient);
beforeEach(() => void lambda.reset());
const questions = invokeQuestions('questions');
const token = `e30.${Buffer.from('{"sub":"omar"}').toString('base64url')}.x`;
const ask = () => questions.ask('approvals', { model: 'credit' }, token);
const answers = (payload: unknown, FunctionError?: string) => {
  const Payload = Object.assign(Buffer.from(JSON.stringify(payload)), { transformToString: () => '' });
  lambda.on(InvokeCommand).resolves({ Payload, ...(FunctionError === undefined ? {} : { FunctionError }) });
};
const problem = (statusCode: number, title: string) => ({ statusCode, body: JSON.stringify({ title, detail: 'why' }) });

describe('the Lambda of the questions', () => {
  it('is asked as the gateway asks it', async () => {
    answers({ statusCode: 202, body: '{"state":"running","run":"r"}' });

    expect(await ask()).toEqual({ state: 'running', run: 'r' });
    expect(JSON.parse(String(lambda.commandCalls(InvokeCommand)[0]?.args[0].input.Payload))).toMatchObject({
      rawPath: '/v1/questions/approvals',
      requestContext: { authorizer: { jwt: { claims: { sub: 'omar' } } } },
    });
  });

  it.each([
    [403, 'NotAuthorized'],
    [404, 'NotFound'],
    [409, 'QuestionCancelled'],
    [422, 'RequestInvalid'],
    [502, 'QuestionFailed'],
    [503, 'ServiceUnavailable'],
  ])('says by %i that it was %s, with its words', async (status, name) => {
    answers(problem(status, name));
    await expect(ask()).rejects.toMatchObject({ name, message: 'why' });
  });

  it('that fails is a fault, and one that has no room can be asked again', async () => {
    answers(problem(500, 'Fault'));
    await expect(ask()).rejects.toThrow('the questions were not answered: why');
    answers({ errorMessage: 'broken' }, 'Unhandled');
    await expect(ask()).rejects.toThrow('broken');
    lambda.on(InvokeCommand).rejects(Object.assign(new Error('slow'), { name: 'TooManyRequestsException' }));
    await expect(ask()).rejects.toThrow(Unavailable);
    lambda.on(InvokeCommand).rejects(new Error('no right'));
    await expect(ask()).rejects.toThrow('no right');
  });
});

import {
  ExecutionAlreadyExists,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { resumeExecution, startExecution } from '../../lib/adapters/sfn-executions.ts';
import { mockClient } from '../support/mock-client.ts';

const sfn = mockClient(SFNClient);
beforeEach(() => sfn.reset());

const said = { message: 'said by Step Functions', $metadata: {} };
const serviceError = (name: string, status: number) =>
  new SFNServiceException({ name, $fault: 'server', message: name, $metadata: { httpStatusCode: status } });
/** A name alone proves nothing: a network error may have any name. */
const impostor = Object.assign(new Error('not from Step Functions'), { name: 'TaskTimedOut' });

describe('starting an execution', () => {
  const start = () => startExecution('arn:machine', 'credit-1', '{"releaseId":"credit-1"}');

  it('starts it under its name with its input', async () => {
    sfn.on(StartExecutionCommand).resolves({});

    await start();

    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: 'arn:machine',
      name: 'credit-1',
      input: '{"releaseId":"credit-1"}',
    });
  });

  it('takes one of that name for the same one', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(said));

    await expect(start()).resolves.toBeUndefined();
  });

  it.each([
    new InvalidName(said),
    new StateMachineDoesNotExist(said),
    serviceError('ThrottlingException', 400),
    serviceError('InternalFailure', 500),
    new Error('socket hang up'),
  ])('leaves %s to the caller', async (error) => {
    sfn.on(StartExecutionCommand).rejects(error);

    await expect(start()).rejects.toBe(error);
  });
});

describe('resuming an execution', () => {
  const resume = () => resumeExecution('token', '{"outcome":"approved"}');

  it('hands over token and output', async () => {
    sfn.on(SendTaskSuccessCommand).resolves({});

    expect(await resume()).toBe('resumed');
    expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token',
      output: '{"outcome":"approved"}',
    });
  });

  it.each([new TaskDoesNotExist(said), new TaskTimedOut(said), new InvalidToken(said)])(
    'absorbs %s: there is nothing left to resume',
    async (error) => {
      sfn.on(SendTaskSuccessCommand).rejects(error);

      expect(await resume()).toBe('token_dead');
    },
  );

  it.each([
    new InvalidOutput(said),
    serviceError('ThrottlingException', 400),
    serviceError('KmsThrottlingException', 400),
    serviceError('ServiceUnavailable', 503),
    impostor,
    new Error('socket hang up'),
  ])('leaves %s to the caller', async (error) => {
    sfn.on(SendTaskSuccessCommand).rejects(error);

    await expect(resume()).rejects.toBe(error);
  });
});

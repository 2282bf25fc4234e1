import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
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
import { findExecution, resumeExecution, startExecution } from '../../lib/adapters/sfn-executions.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const sfn = mockClient(SFNClient);
compareWhatIsMocked([sfn], 'DescribeExecution', 'GetExecutionHistory');
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

describe('looking at an execution', () => {
  const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:release:credit-1';
  const described = { name: 'credit-1', input: '{}' };

  it('answers how it failed, and whether it was started again since', async () => {
    sfn
      .on(DescribeExecutionCommand)
      .resolvesOnce({ ...described, status: 'FAILED', error: 'States.Runtime' })
      .resolves({ ...described, status: 'RUNNING', redriveCount: 1 });

    expect(await findExecution(ARN)).toEqual({ ...described, status: 'FAILED', error: 'States.Runtime' });
    expect(await findExecution(ARN)).toMatchObject({ status: 'RUNNING' });
  });

  it('answers with which error it was stopped', async () => {
    sfn.on(DescribeExecutionCommand).resolves({ ...described, status: 'ABORTED' });
    sfn.on(GetExecutionHistoryCommand).resolves({
      events: [
        {
          ...{ timestamp: new Date(), id: 9, type: 'ExecutionAborted' },
          executionAbortedEventDetails: { error: 'TableRebuilt' },
        },
      ],
    });

    expect(await findExecution(ARN)).toMatchObject({ status: 'ABORTED', error: 'TableRebuilt' });
  });

  it('is tried again while Step Functions does not say how it ended', async () => {
    sfn
      .on(DescribeExecutionCommand)
      .resolvesOnce({ ...described, status: 'RUNNING' })
      .resolves({ ...described, status: 'ABORTED' });
    sfn.on(GetExecutionHistoryCommand).resolves({});
    await expect(findExecution(ARN)).rejects.toThrow('does not say yet how');
    await expect(findExecution(ARN)).rejects.toThrow('does not say yet how');
  });

  it('finds none that Step Functions knows no longer, and leaves every other error to the caller', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(said));
    expect(await findExecution(ARN)).toBeUndefined();

    sfn.on(DescribeExecutionCommand).rejects(impostor);
    await expect(findExecution(ARN)).rejects.toBe(impostor);
  });
});

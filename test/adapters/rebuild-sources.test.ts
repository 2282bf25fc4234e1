import { DescribeModelPackageCommand, SageMakerClient, SageMakerServiceException } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { packageVariables, stopExecutions } from '../../lib/adapters/rebuild-sources.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:release';
const PACKAGE = 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/credit/1';
const execution = (name: string) => ({
  ...{ executionArn: `arn:aws:states:eu-west-1:123456789012:execution:release:${name}`, stateMachineArn: MACHINE },
  ...{ name, status: 'RUNNING' as const, startDate: new Date(0) },
});
const REGION = { region: 'eu-west-1' };

const machines = mockClient(SFNClient);
const sagemaker = mockClient(SageMakerClient);
compareWhatIsMocked(
  [machines, sagemaker],
  'ListExecutions',
  'DescribeExecution',
  'StopExecution',
  'DescribeModelPackage',
);
beforeEach(() => {
  machines.reset();
  sagemaker.reset();
});

/** All but `later` are for releases that begin again. Answers what was told, in order. */
const takeOver = async () => {
  machines.on(DescribeExecutionCommand).callsFake(({ executionArn }) => {
    const releaseId = executionArn.split(':').at(-1);
    return { ...execution(releaseId), input: releaseId === 'by-hand' ? '{}' : JSON.stringify({ releaseId }) };
  });
  const told: string[] = [];
  const ended = await stopExecutions(
    MACHINE,
    {
      beginsAgain: (releaseId) => ['one', 'two', 'three'].includes(releaseId),
      stopping: (executionArn) => told.push(`stopping ${executionArn.split(':').at(-1)}`),
      stopped: () => told.push('stopped'),
      left: (executionArn, releaseId) => told.push(`left ${executionArn.split(':').at(-1)} of ${releaseId}`),
    },
    REGION,
  ).catch((cause: Error) => cause.message);
  return { told, ended };
};

describe('what a table that is rebuilt needs of other services', () => {
  it('is that no execution goes on for what begins again, of all pages; others are left', async () => {
    machines
      .on(ListExecutionsCommand)
      .resolvesOnce({ executions: [execution('one'), execution('two')], nextToken: 'more' })
      .resolves({ executions: ['later', 'by-hand', 'three'].map(execution) });
    machines.on(StopExecutionCommand).resolves({ stopDate: new Date(0) });

    const { told } = await takeOver();

    const stopped = machines.commandCalls(StopExecutionCommand).map(({ args }) => args[0].input.executionArn);
    expect(stopped).toEqual(['one', 'two', 'three'].map((name) => execution(name).executionArn));
    expect(told.filter((one) => one.startsWith('left'))).toEqual(['left later of later', 'left by-hand of ']);
  });

  it('is to know which were stopped, where one cannot be', async () => {
    machines.on(ListExecutionsCommand).resolves({ executions: [execution('one'), execution('two')] });
    machines
      .on(StopExecutionCommand)
      .resolvesOnce({ stopDate: new Date(0) })
      .rejects(new Error('throttled'));

    const { told, ended } = await takeOver();

    expect(ended).toBe('throttled');
    expect(told).toEqual(['stopping one', 'stopped', 'stopping two']);
  });

  it('is the environment of the container, of a package that is still there', async () => {
    const TYPES = { SupportedContentTypes: [], SupportedResponseMIMETypes: [] };
    const Containers = [{ Image: 'image', Environment: { THRESHOLD: '0.5' } }];
    const gone = { name: 'ValidationException', $fault: 'client', $metadata: {} } as const;
    sagemaker
      .on(DescribeModelPackageCommand)
      .rejects(new SageMakerServiceException({ ...gone, message: 'ModelPackage does not exist' }));

    const variables = packageVariables(REGION);

    expect(await variables({})).toBeUndefined();
    expect(await variables({ modelPackageArn: PACKAGE })).toBeUndefined();
    sagemaker.on(DescribeModelPackageCommand).resolves({ InferenceSpecification: { Containers, ...TYPES } });
    expect(await variables({ modelPackageArn: PACKAGE })).toEqual({ THRESHOLD: '0.5' });
    sagemaker.on(DescribeModelPackageCommand).rejects(new Error('throttled'));
    await expect(variables({ modelPackageArn: PACKAGE })).rejects.toThrow('throttled');
  });
});

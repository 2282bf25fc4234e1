import { DescribeModelPackageCommand, SageMakerClient, SageMakerServiceException } from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
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
compareWhatIsMocked([machines, sagemaker], 'ListExecutions', 'StopExecution', 'DescribeModelPackage');
beforeEach(() => {
  machines.reset();
  sagemaker.reset();
});

describe('what a table that is rebuilt needs of other services', () => {
  it('is that no execution of the former one goes on: each that runs is stopped, of all pages', async () => {
    machines
      .on(ListExecutionsCommand)
      .resolvesOnce({ executions: [execution('one'), execution('two')], nextToken: 'more' })
      .resolves({ executions: [execution('three')] });
    machines.on(StopExecutionCommand).resolves({ stopDate: new Date(0) });

    const said: string[] = [];
    await stopExecutions(MACHINE, (executionArn) => said.push(executionArn), REGION);

    const stopped = machines.commandCalls(StopExecutionCommand).map(({ args }) => args[0].input.executionArn);
    expect(stopped).toEqual(['one', 'two', 'three'].map((name) => execution(name).executionArn));
    expect(said).toEqual(stopped);
  });

  it('is to know which were stopped, where one cannot be', async () => {
    machines.on(ListExecutionsCommand).resolves({ executions: [execution('one'), execution('two')] });
    machines
      .on(StopExecutionCommand)
      .resolvesOnce({ stopDate: new Date(0) })
      .rejects(new Error('throttled'));

    const said: string[] = [];
    await expect(stopExecutions(MACHINE, (executionArn) => said.push(executionArn), REGION)).rejects.toThrow(
      'throttled',
    );

    expect(said).toEqual([execution('one').executionArn]);
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

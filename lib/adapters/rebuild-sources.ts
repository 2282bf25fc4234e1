/** What a table that is rebuilt needs of other services: no execution of the former one, and the environments that no ledger has. */
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  type SageMakerClientConfig,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { paginateListExecutions, SFNClient, type SFNClientConfig, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { TABLE_REBUILT } from '../domain/gate/settle-execution.ts';

/** Stops every execution of the machine that runs, and says so of each once it is. */
export const stopExecutions = async (
  stateMachineArn: string,
  say: (executionArn: string) => void,
  settings: SFNClientConfig = {},
): Promise<void> => {
  const client = new SFNClient(settings);
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) {
    for (const { executionArn = '' } of executions) {
      await client.send(
        new StopExecutionCommand({
          executionArn,
          error: TABLE_REBUILT,
          cause: 'The table was rebuilt from the ledger.',
        }),
      );
      say(executionArn);
    }
  }
};

/** The environment of the one container of a model package; undefined if there is no such package. */
export const packageVariables = (settings: SageMakerClientConfig = {}) => {
  const client = new SageMakerClient(settings);
  return async ({ modelPackageArn }: { readonly modelPackageArn?: string }) => {
    if (modelPackageArn === undefined) return undefined;
    try {
      const found = await client.send(new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn }));
      return found.InferenceSpecification?.Containers?.[0]?.Environment;
    } catch (cause) {
      if (cause instanceof SageMakerServiceException && /does not exist/i.test(cause.message)) return undefined;
      throw cause;
    }
  };
};

/** What a table that is rebuilt needs of other services: no execution of the former one, and the environments that no ledger has. */
import {
  DescribeModelPackageCommand,
  SageMakerClient,
  type SageMakerClientConfig,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import {
  DescribeExecutionCommand,
  paginateListExecutions,
  SFNClient,
  type SFNClientConfig,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { TABLE_REBUILT } from '../domain/gate/settle-execution.ts';

const Input = z.object({ releaseId: z.string() });

/** What becomes of the executions of the former table, told as it happens: any call may be the last. */
export type Takeover = {
  readonly beginsAgain: (releaseId: string) => boolean;
  readonly stopping: (executionArn: string) => void;
  readonly stopped: () => void;
  readonly left: (executionArn: string, releaseId: string) => void;
};

/** Stops the executions of the machine that others are begun for, and no others. Of each it is said before, since an answer may be lost. */
export const stopExecutions = async (
  stateMachineArn: string,
  { beginsAgain, stopping, stopped, left }: Takeover,
  settings: SFNClientConfig = {},
): Promise<void> => {
  const client = new SFNClient(settings);
  const pages = paginateListExecutions({ client }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) {
    for (const { executionArn = '' } of executions) {
      const { input = '{}' } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const { releaseId = '' } = Input.safeParse(JSON.parse(input)).data ?? {};
      if (!beginsAgain(releaseId)) {
        left(executionArn, releaseId);
        continue;
      }
      stopping(executionArn);
      await client.send(
        new StopExecutionCommand({
          executionArn,
          error: TABLE_REBUILT,
          cause: 'The table was rebuilt from the ledger.',
        }),
      );
      stopped();
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

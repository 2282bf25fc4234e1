import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { EndedExecution } from '../domain/gate/settle-execution.ts';

const sfn = new SFNClient({});

/**
 * Starts an execution. Its name says for which request it is, and no table gives one that another table gave (`executionName`): if it exists,
 * running or ended, an earlier call started it with the same input.
 */
export const startExecution = async (stateMachineArn: string, name: string, input: string): Promise<void> => {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (cause) {
    if (!(cause instanceof ExecutionAlreadyExists)) throw cause;
  }
};

/**
 * Resumes the execution that waits on a task token. If the token is dead, an earlier try has used it or its execution
 * is over. Either way there is nothing left to resume, so these three errors, and no others, are absorbed.
 */
export const resumeExecution = async (taskToken: string, output: string): Promise<'resumed' | 'token_dead'> => {
  try {
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
    return 'resumed';
  } catch (cause) {
    const isDead = cause instanceof TaskDoesNotExist || cause instanceof TaskTimedOut || cause instanceof InvalidToken;
    if (isDead) return 'token_dead';
    throw cause;
  }
};

/**
 * The execution as it is now; undefined if Step Functions knows it no longer, which is after 90 days. What was said a moment ago may not be
 * there yet: then it throws, and is to be asked again.
 */
export const findExecution = async (executionArn: string): Promise<EndedExecution | undefined> => {
  try {
    const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { name = '', input = '{}', status = '', redriveCount = 0 } = found;
    if (status === 'RUNNING' && redriveCount === 0) throw notYet(executionArn);
    const error = status === 'ABORTED' ? await errorOfStop(executionArn) : found.error;
    return { name, input, status, error };
  } catch (cause) {
    if (cause instanceof ExecutionDoesNotExist) return undefined;
    throw cause;
  }
};

const notYet = (executionArn: string) => new Error(`Step Functions does not say yet how ${executionArn} ended`);

/** The error that whoever stopped an execution gave: that of a failure is in its description, this one in its history. */
const errorOfStop = async (executionArn: string): Promise<string | undefined> => {
  const last = new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 });
  const { events = [] } = await sfn.send(last);
  if (events[0]?.type !== 'ExecutionAborted') throw notYet(executionArn);
  return events[0].executionAbortedEventDetails?.error;
};

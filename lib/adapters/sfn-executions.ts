import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';

const sfn = new SFNClient({});

/** Starts an execution under a name that is used for nothing else: if it exists, an earlier call started it. */
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

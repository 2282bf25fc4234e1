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

/** Starts an execution under a name that is used for nothing else: one that exists already is the same one. */
export const startExecution = async (stateMachineArn: string, name: string, input: string): Promise<void> => {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  } catch (cause) {
    if (!(cause instanceof ExecutionAlreadyExists)) throw cause;
  }
};

/**
 * Resumes the machine that waits on a token. A token that is dead was used by an earlier try, or its execution is over:
 * both mean that there is nothing left to resume, so these three errors and no others are absorbed.
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

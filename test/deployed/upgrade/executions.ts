/** What the state machines of an account do for a release, whichever version defined them. */
import {
  CreateActivityCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  paginateListStateMachines,
  SendTaskSuccessCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { clientConfig } from '../../../local/clients.ts';
import { eventually } from '../support/eventually.ts';

type Execution = {
  readonly name: string;
  readonly status: string;
  /** The states that it entered, in order. */
  readonly entered: readonly string[];
};

export const stepFunctionsOf = (awsEndpoint: string) => {
  const client = new SFNClient(clientConfig(awsEndpoint));

  const statesEntered = async (executionArn: string): Promise<string[]> => {
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  };

  const executionArns = async (): Promise<string[]> => {
    const arns: string[] = [];
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      for (const { stateMachineArn } of stateMachines) {
        for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn })) {
          arns.push(...executions.map(({ executionArn = '' }) => executionArn));
        }
      }
    }
    return arns;
  };

  /** Every execution that was started for a release, of any machine. */
  const executionsFor = async (releaseId: string): Promise<Execution[]> => {
    const found: Execution[] = [];
    for (const executionArn of await executionArns()) {
      const { input = '{}', ...execution } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (!Object.values(JSON.parse(input)).includes(releaseId)) continue;
      const { name = '', status = '' } = execution;
      found.push({ name, status, entered: await statesEntered(executionArn) });
    }
    return found;
  };

  return {
    /** Every execution for a release, once all have ended. */
    endedExecutionsFor: (releaseId: string): Promise<Execution[]> =>
      eventually(`the machines to be done with ${releaseId}`, async () => {
        const executions = await executionsFor(releaseId);
        return executions.every(({ status }) => status !== 'RUNNING') ? executions : undefined;
      }),

    /**
     * Runs while each execution that starts stands still where it enters this state of the machine, which must be a
     * Wait. Answers how to wait until one stands there, and how to let that one go on.
     *
     * On AWS a Lambda that is replaced ends what it began; the emulator kills it. So nothing may run in the machine
     * while the stack is updated, and a Wait long enough on every machine would be a guess.
     */
    holdingAt: async (stateMachineArn: string, state: string, run: () => Promise<void>) => {
      const { activityArn } = await client.send(new CreateActivityCommand({ name: `held-at-${state}` }));
      const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
      const { States, ...machine } = JSON.parse(definition);
      const { Seconds: _, ...rest } = States[state];
      const held = { ...machine, States: { ...States, [state]: { ...rest, Type: 'Task', Resource: activityArn } } };
      await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(held) }));
      try {
        await run();
      } finally {
        await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
      }
      return async (): Promise<() => Promise<void>> => {
        const { taskToken } = await client.send(new GetActivityTaskCommand({ activityArn }));
        if (!taskToken) throw new Error(`no execution came to ${state}`);
        return async () => {
          await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        };
      };
    },
  };
};

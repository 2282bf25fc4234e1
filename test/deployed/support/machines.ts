/** What the state machines did, as Step Functions reports it. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  paginateGetExecutionHistory,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import { eventually } from './eventually.ts';
import { endpoints, stepFunctions } from './world.ts';

type Machine = keyof typeof endpoints.stateMachines;

/** Every execution that was started for this release or rollback, under whatever name. */
export const executionsOf = async (machine: Machine, id: string): Promise<DescribeExecutionOutput[]> => {
  const all: DescribeExecutionOutput[] = [];
  const pages = paginateListExecutions(
    { client: stepFunctions },
    { stateMachineArn: endpoints.stateMachines[machine] },
  );
  for await (const { executions = [] } of pages) {
    for (const { executionArn } of executions) {
      all.push(await stepFunctions.send(new DescribeExecutionCommand({ executionArn })));
    }
  }
  return all.filter(({ input = '{}' }) => Object.values(JSON.parse(input)).includes(id));
};

/** The one execution of a release or rollback, once it has ended: its status and, if it failed, the error's name. */
export const endOf = (machine: Machine, id: string) =>
  eventually(`the end of the ${machine} machine for ${id}`, async () => {
    const [execution, ...more] = await executionsOf(machine, id);
    if (more.length > 0) throw new Error(`${id} has ${more.length + 1} executions`);
    if (execution === undefined || execution.status === 'RUNNING') return undefined;
    return execution.error === undefined
      ? { status: execution.status }
      : { status: execution.status, error: execution.error };
  });

/** The names of the states that the executions for this release or rollback have entered so far. */
export const statesOf = async (machine: Machine, id: string): Promise<string[]> => {
  const names: string[] = [];
  for (const { executionArn } of await executionsOf(machine, id)) {
    for await (const { events = [] } of paginateGetExecutionHistory({ client: stepFunctions }, { executionArn })) {
      names.push(...events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []));
    }
  }
  return names;
};

/** What the state machines did, as Step Functions reports it. */
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
} from '@aws-sdk/client-sfn';
import { eventually } from './eventually.ts';
import { endpoints, stepFunctions } from './world.ts';

type Machine = keyof typeof endpoints.stateMachines;

/** What the inputs of executions name. An input never changes, so that those of other releases are read once. */
const named = new Map<string, readonly unknown[]>();

/** Every execution that was started for this release or rollback, under whatever name. */
export const executionsOf = async (machine: Machine, id: string): Promise<DescribeExecutionOutput[]> => {
  const found: DescribeExecutionOutput[] = [];
  const pages = paginateListExecutions(
    { client: stepFunctions },
    { stateMachineArn: endpoints.stateMachines[machine] },
  );
  for await (const { executions = [] } of pages) {
    for (const { executionArn = '' } of executions) {
      if (named.get(executionArn)?.includes(id) === false) continue;
      const execution = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      const values = Object.values(JSON.parse(execution.input ?? '{}'));
      named.set(executionArn, values);
      if (values.includes(id)) found.push(execution);
    }
  }
  return found;
};

/** What is kept of every execution of every machine, by the ARN of the machine: its input and output, and those of each step. */
export const everyHistory = async (): Promise<Map<string, string[]>> => {
  const histories = new Map<string, string[]>();
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: stepFunctions }, {})) {
    for (const { stateMachineArn = '' } of stateMachines) {
      for await (const { executions = [] } of paginateListExecutions({ client: stepFunctions }, { stateMachineArn })) {
        const texts = await Promise.all(executions.map(({ executionArn }) => historyOf(executionArn)));
        histories.set(stateMachineArn, [...(histories.get(stateMachineArn) ?? []), ...texts]);
      }
    }
  }
  return histories;
};

const historyOf = async (executionArn: string | undefined): Promise<string> => {
  const { input, output } = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  const steps: unknown[] = [];
  const ask = { executionArn, includeExecutionData: true };
  for await (const { events = [] } of paginateGetExecutionHistory({ client: stepFunctions }, ask))
    steps.push(...events);
  return JSON.stringify({ input, output, steps });
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

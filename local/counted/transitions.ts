import { GetExecutionHistoryCommand, ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** When each state of the executions of these machines was entered, in milliseconds since the Unix epoch. */
export const enteredStates = async (sfn: SFNClient, machines: readonly string[]): Promise<number[]> => {
  const listed = await Promise.all(
    machines.map((stateMachineArn) => sfn.send(new ListExecutionsCommand({ stateMachineArn }))),
  );
  const executions = listed.flatMap(({ executions: some = [] }) => some);
  const histories = await Promise.all(
    executions.map(({ executionArn }) => sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))),
  );
  return histories
    .flatMap(({ events = [] }) => events)
    .flatMap(({ type = '', timestamp }) => (type.endsWith('StateEntered') && timestamp ? [timestamp.getTime()] : []));
};

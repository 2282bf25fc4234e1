/** The outbox dispatcher is woken by the table's stream and by a schedule. Tests may stop both. */
import { DisableRuleCommand, EnableRuleCommand, ListRuleNamesByTargetCommand } from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { wake } from '../../../local/functions.ts';
import { eventually } from './eventually.ts';
import { endpoints, eventBridge, lambda } from './world.ts';

const findStream = async () => {
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const [stream, ...more] = EventSourceMappings.filter(({ EventSourceArn }) =>
    EventSourceArn?.includes(`:table/${endpoints.table}/stream/`),
  );
  const { UUID = '', FunctionArn = '' } = stream ?? {};
  if (UUID === '' || more.length > 0) throw new Error('the table wakes none, or more than one function');
  return { UUID, FunctionArn };
};

/** Sweeps once, as the clock does every minute. */
export const sweep = async (): Promise<void> => wake(lambda, (await findStream()).FunctionArn);

/** Runs while neither the stream nor the schedule wakes the dispatcher. Afterwards the stream delivers everything. */
export const whileNothingDispatches = async (run: () => Promise<void>): Promise<void> => {
  const { UUID, FunctionArn } = await findStream();
  const { RuleNames = [] } = await eventBridge.send(new ListRuleNamesByTargetCommand({ TargetArn: FunctionArn }));
  const setRules = async (Command: typeof EnableRuleCommand | typeof DisableRuleCommand) => {
    for (const Name of RuleNames) await eventBridge.send(new Command({ Name }));
  };
  const setStream = async (Enabled: boolean) => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await eventually(`the stream to be ${Enabled ? 'enabled' : 'disabled'}`, async () => {
      const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
      return State === (Enabled ? 'Enabled' : 'Disabled') ? State : undefined;
    });
  };
  if (RuleNames.length === 0) throw new Error('no rule sweeps the outbox');
  await setRules(DisableRuleCommand);
  await setStream(false);
  try {
    await run();
  } finally {
    await setStream(true);
    await setRules(EnableRuleCommand);
  }
};

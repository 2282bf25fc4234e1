/** The sweep of endpoints is woken by a schedule and by SageMaker's events. Tests may stop either. */
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
} from '@aws-sdk/client-eventbridge';
import { functionNamed, wake } from '../../../local/functions.ts';
import { eventBridge, lambda } from './world.ts';

const findSweep = () => functionNamed(lambda, 'SweepEndpoints');

/** Sweeps once, as the clock does every minute. */
export const sweepEndpoints = async (): Promise<void> => wake(lambda, await findSweep());

/** Lets nothing of this kind wake the sweep, until the function that it answers is called. */
export const stopWaking = async (by: 'the schedule' | 'events'): Promise<() => Promise<void>> => {
  const { RuleNames = [] } = await eventBridge.send(new ListRuleNamesByTargetCommand({ TargetArn: await findSweep() }));
  const rules = await Promise.all(RuleNames.map((Name) => eventBridge.send(new DescribeRuleCommand({ Name }))));
  const stopped = rules.filter(({ EventPattern }) => (EventPattern === undefined) === (by === 'the schedule'));
  if (stopped.length === 0) throw new Error(`the sweep is not woken by ${by}`);
  for (const { Name } of stopped) await eventBridge.send(new DisableRuleCommand({ Name }));
  return async () => {
    for (const { Name } of stopped) await eventBridge.send(new EnableRuleCommand({ Name }));
  };
};

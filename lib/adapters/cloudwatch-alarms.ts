/** The alarms that roll back, and those that take a deployment back, as CloudWatch has them. */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { WatchedAlarm } from '../domain/gate/strategy-reasons.ts';
import { Instant } from '../domain/identifiers.ts';

const cloudWatch = new CloudWatchClient({});

/** A hundred are more than anybody reads; the number of those that are on says enough. */
const MOST = 100;

/** Those of an environment that are on, by the names that a rollback is asked for by. */
export const alarmsOn = async (environment: string, client = cloudWatch) => {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({
      AlarmNamePrefix: `assay/${environment}/`,
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      StateValue: 'ALARM',
      MaxRecords: MOST,
    }),
  );
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateUpdatedTimestamp, StateReason = '' }) => ({
    name: AlarmName,
    since: Instant.parse((StateUpdatedTimestamp ?? new Date(0)).toISOString()),
    why: StateReason,
  }));
};

/** Ten metric alarms at most, each with its state, and how long it takes to go off; without a state if it is not there. */
export const statesOfAlarms = async (names: readonly string[], client = cloudWatch): Promise<WatchedAlarm[]> => {
  if (names.length === 0) return [];
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
  return names.map((name) => {
    const alarm = MetricAlarms.find(({ AlarmName }) => AlarmName === name);
    return { name, state: alarm?.StateValue, needsSeconds: alarm && needsSeconds(alarm) };
  });
};

/** As many periods as have to be bad. One of metric math has its periods in its metrics: the longest counts. */
const needsSeconds = ({ Period, Metrics = [], DatapointsToAlarm, EvaluationPeriods = 1 }: MetricAlarm): number => {
  const periods = [Period, ...Metrics.flatMap(({ Period: own, MetricStat }) => [own, MetricStat?.Period])];
  return Math.max(0, ...periods.flatMap((seconds) => seconds ?? [])) * (DatapointsToAlarm ?? EvaluationPeriods);
};

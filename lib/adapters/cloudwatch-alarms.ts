/** The alarms that roll back, as CloudWatch has them. */
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
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

import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { AwsEvent } from './aws-events.ts';
import { clientConfig } from './clients.ts';

export interface RelayOptions {
  readonly endpoint: string;
  readonly putEvent: (event: AwsEvent) => Promise<void>;
  readonly onProblem?: (problem: unknown) => void;
  readonly intervalMs?: number;
}

interface AlarmState {
  readonly value: string;
  readonly reason: string;
  readonly reasonData: string;
  readonly timestamp: string;
}

/**
 * Polls the alarms once a second, and puts the `CloudWatch Alarm State Change` events that the emulator does not send.
 */
export function startAlarmRelay(options: RelayOptions): { stop(): Promise<void> } {
  const { endpoint, putEvent, onProblem = () => undefined, intervalMs = 1_000 } = options;
  const client = new CloudWatchClient(clientConfig(endpoint));
  const seen = new Map<string, AlarmState>();
  let isStopped = false;
  let wake: () => void = () => undefined;

  const look = async (): Promise<void> => {
    for (const alarm of await listAlarms(client)) {
      const name = alarm.AlarmName ?? '';
      const state = stateOf(alarm);
      // As on AWS, the first state of a new alarm is INSUFFICIENT_DATA.
      const previous = seen.get(name) ?? { ...state, value: 'INSUFFICIENT_DATA' };
      seen.set(name, state);
      if (previous.value !== state.value) await putEvent(stateChange(alarm, state, previous));
    }
  };
  const watch = async (): Promise<void> => {
    while (!isStopped) {
      await look().catch((problem) => isStopped || onProblem(problem));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };

  const watching = watch();
  return {
    stop: async () => {
      isStopped = true;
      wake();
      await watching;
    },
  };
}

async function listAlarms(client: CloudWatchClient): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm'], NextToken: next }));
    alarms.push(...(page.MetricAlarms ?? []));
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return alarms;
}

function stateOf(alarm: MetricAlarm): AlarmState {
  return {
    value: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    reasonData: alarm.StateReasonData ?? '{}',
    timestamp: changedAt(alarm).toISOString().replace('Z', '+0000'),
  };
}

/** CloudWatch knows the millisecond, the emulator the second: the change came before that was over. */
function changedAt({ StateUpdatedTimestamp: at = new Date() }: MetricAlarm): Date {
  return at.getMilliseconds() === 0 ? new Date(at.getTime() + 999) : at;
}

function stateChange(alarm: MetricAlarm, state: AlarmState, previousState: AlarmState): AwsEvent {
  const dimensions = (alarm.Dimensions ?? []).map((one) => [one.Name, one.Value]);
  const metricStat = {
    metric: { namespace: alarm.Namespace, name: alarm.MetricName, dimensions: Object.fromEntries(dimensions) },
    period: alarm.Period,
    stat: alarm.Statistic ?? alarm.ExtendedStatistic,
  };
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.AlarmArn ?? ''],
    detail: {
      alarmName: alarm.AlarmName,
      configuration: {
        description: alarm.AlarmDescription,
        metrics: [{ id: 'm1', metricStat, returnData: true }],
      },
      state,
      previousState,
    },
  };
}

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { expect, it } from 'vitest';
import { alarmsOn, statesOfAlarms } from '../../lib/adapters/cloudwatch-alarms.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const cloudWatch = mockClient(CloudWatchClient);
compareWhatIsMocked([cloudWatch], 'DescribeAlarms');

it('the alarms that are on are those of the environment, of both kinds, with since when and why', async () => {
  cloudWatch.on(DescribeAlarmsCommand, { AlarmNamePrefix: 'assay/prod/', StateValue: 'ALARM' }).resolves({
    MetricAlarms: [
      {
        AlarmName: 'assay/prod/credit/latency',
        StateUpdatedTimestamp: new Date('2026-11-29T10:00:00Z'),
        StateReason: 'p95 is 900 ms',
      },
    ],
    CompositeAlarms: [{ AlarmName: 'assay/prod/credit/any' }],
  });

  expect(await alarmsOn('prod')).toEqual([
    { name: 'assay/prod/credit/latency', since: '2026-11-29T10:00:00.000Z', why: 'p95 is 900 ms' },
    { name: 'assay/prod/credit/any', since: '1970-01-01T00:00:00.000Z', why: '' },
  ]);
});

it('an alarm that is to take a deployment back is there in some state, or is missing (GT-5)', async () => {
  cloudWatch.reset();
  const AlarmNames = ['mortgage-5xx', 'misspelt'];
  cloudWatch
    .on(DescribeAlarmsCommand, { AlarmNames })
    .resolves({ MetricAlarms: [{ AlarmName: 'mortgage-5xx', StateValue: 'OK' }] });
  cloudWatch.on(DescribeAlarmsCommand, { AlarmNames: ['gone'] }).resolves({});

  expect(await statesOfAlarms(AlarmNames)).toEqual([
    { name: 'mortgage-5xx', state: 'OK', needsSeconds: 0 },
    { name: 'misspelt', state: undefined },
  ]);
  expect(await statesOfAlarms(['gone'])).toEqual([{ name: 'gone', state: undefined }]);
  expect(await statesOfAlarms([])).toEqual([]);
  expect(cloudWatch.commandCalls(DescribeAlarmsCommand)).toHaveLength(2);
});

it.each([
  ['its periods', { Period: 60, EvaluationPeriods: 5 }, 300],
  ['so many of them as have to be bad', { Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3 }, 180],
  [
    'the longest of its metrics',
    {
      EvaluationPeriods: 2,
      Metrics: [
        { Id: 'm', MetricStat: { Metric: {}, Period: 300, Stat: 'Sum' } },
        { Id: 'e', Period: 60 },
      ],
    },
    600,
  ],
])('an alarm needs as long as %s to go off', async (_, alarm, needsSeconds) => {
  cloudWatch.reset();
  cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: 'slow', StateValue: 'OK', ...alarm }] });

  expect(await statesOfAlarms(['slow'])).toEqual([{ name: 'slow', state: 'OK', needsSeconds }]);
});

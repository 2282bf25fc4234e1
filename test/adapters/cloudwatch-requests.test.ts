import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestsOf } from '../../lib/adapters/cloudwatch-requests.ts';
import { at } from '../support/approval-case.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const cloudWatch = mockClient(CloudWatchClient);
compareWhatIsMocked([cloudWatch], 'GetMetricData', 'ListMetrics');
beforeEach(() => cloudWatch.reset());
const NOW = at('2026-11-28T10:07:30.000Z');
const metric = (dimensions: Record<string, string>) => ({
  Namespace: 'AWS/SageMaker',
  MetricName: 'Invocations',
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
const variant = (EndpointName: string, VariantName = 'AllTraffic') => metric({ EndpointName, VariantName });

describe('the requests to endpoints, as CloudWatch has counted them', () => {
  it('are asked of nobody where nothing serves', async () => {
    expect(await requestsOf([], NOW)).toEqual([]);
    expect(cloudWatch.calls()).toHaveLength(0);
  });

  it('are those of five minutes that are over, of each variant by the name that it has', async () => {
    cloudWatch
      .on(ListMetricsCommand)
      .resolvesOnce({ Metrics: [variant('Mortgage', 'blue'), variant('of-others')], NextToken: 'more' })
      .resolves({
        Metrics: [
          variant('mortgage', 'green'),
          metric({ EndpointName: 'mortgage', VariantName: 'green', InferenceComponentName: 'c' }),
          metric({ EndpointName: 'mortgage' }),
          { MetricName: 'Invocations' },
        ],
      });
    cloudWatch
      .on(GetMetricDataCommand)
      .resolvesOnce({
        MetricDataResults: [
          { Id: 'i0', Values: [10, 20] },
          { Id: 'e0', Values: [1] },
        ],
        NextToken: 'n',
      })
      .resolves({ MetricDataResults: [{ Id: 'i0', Values: [5] }, {}] });

    expect(await requestsOf(['mortgage'], NOW)).toEqual([
      { endpointName: 'Mortgage', invocations: 35, errors: 1 },
      { endpointName: 'mortgage', invocations: 0, errors: 0 },
    ]);

    const [asked] = cloudWatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input);
    expect(asked).toMatchObject({
      StartTime: new Date('2026-11-28T10:01:00.000Z'),
      EndTime: new Date('2026-11-28T10:06:00.000Z'),
    });
    const queries = (asked?.MetricDataQueries ?? []).map(({ MetricStat }) => MetricStat?.Metric);
    expect(queries.map((one) => [one?.MetricName, one?.Dimensions?.[1]?.Value])).toEqual([
      ['Invocations', 'blue'],
      ['Invocation5XXErrors', 'blue'],
      ['Invocations', 'green'],
      ['Invocation5XXErrors', 'green'],
    ]);
  });

  it('take one call for 500 metrics, and so many lists', async () => {
    const names = Array.from({ length: 251 }, (_, index) => `endpoint-${index}`);
    cloudWatch.on(ListMetricsCommand).resolvesOnce({ Metrics: names.map((name) => variant(name)), NextToken: 'more' });
    cloudWatch.on(ListMetricsCommand, { NextToken: 'more' }).resolves({ NextToken: 'more' });
    cloudWatch.on(GetMetricDataCommand).resolves({});

    expect(await requestsOf(names, NOW)).toHaveLength(251);

    const sizes = cloudWatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input.MetricDataQueries);
    expect(sizes.map((queries) => queries?.length)).toEqual([500, 2]);
    expect(cloudWatch.commandCalls(ListMetricsCommand)).toHaveLength(20);
  });
});

import { CloudWatchClient, PutMetricDataCommand, type StandardUnit } from '@aws-sdk/client-cloudwatch';
import { ALERTS } from '../domain/metrics/alerts.ts';
import type { Datum } from '../domain/metrics/published.ts';

const cloudWatch = new CloudWatchClient({});

/** The one namespace that the product may write metrics to. */
export const METRICS_NAMESPACE = 'Assay';

/** Counts one in a metric without dimensions, so that one alarm stands on all models. */
export const countOne = async (MetricName: string): Promise<void> => {
  await cloudWatch.send(
    new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData: [{ MetricName, Value: 1, Unit: 'Count' }] }),
  );
};

/** What one call takes. */
const DATA_MAX = 1000;

/** An alarm that names no unit needs data of one: what is counted at once, as it happens, is a count. */
const unitOf = (name: string): StandardUnit =>
  name in ALERTS ? 'Count' : name.endsWith('_seconds') ? 'Seconds' : 'None';

/** Publishes what was measured. */
export const putData = async (data: readonly Datum[]): Promise<void> => {
  for (let start = 0; start < data.length; start += DATA_MAX) {
    const MetricData = data.slice(start, start + DATA_MAX).map(({ name, dimensions, value }) => ({
      MetricName: name,
      Value: value,
      Unit: unitOf(name),
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    }));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData }));
  }
};

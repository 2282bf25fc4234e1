import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';

const cloudWatch = new CloudWatchClient({});

/** The one namespace that the product may write metrics to. */
export const METRICS_NAMESPACE = 'Assay';

/** Counts one in a metric without dimensions, so that one alarm stands on all models. */
export const countOne = async (MetricName: string): Promise<void> => {
  await cloudWatch.send(
    new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData: [{ MetricName, Value: 1, Unit: 'Count' }] }),
  );
};

/** What CloudWatch has counted of the requests to endpoints. */
import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Instant } from '../domain/identifiers.ts';
import { millisecondsOf } from '../domain/instant.ts';
import type { CountedRequests } from '../domain/metrics/error-ratio.ts';

const cloudWatch = new CloudWatchClient({});

const Namespace = 'AWS/SageMaker';
const MINUTE_MS = 60_000;
const WINDOW_MS = 5 * MINUTE_MS;
/** 10,000 variants that were asked something within three hours; of those beyond, nothing is known. */
const PAGES_MAX = 20;
/** One call takes 500 metrics, and of each variant there are two. */
const VARIANTS_AT_ONCE = 250;

type Variant = { readonly endpointName: string; readonly variantName: string };

/** How many requests the variants of these endpoints had within five minutes, and how many of them they failed to answer. */
export const requestsOf = async (endpointNames: readonly string[], now: Instant): Promise<CountedRequests[]> => {
  if (endpointNames.length === 0) return [];
  const variants = await activeVariants(new Set(endpointNames.map((name) => name.toLowerCase())));
  const counted: CountedRequests[] = [];
  for (let start = 0; start < variants.length; start += VARIANTS_AT_ONCE) {
    counted.push(...(await countedOf(variants.slice(start, start + VARIANTS_AT_ONCE), now)));
  }
  return counted;
};

/** An endpoint keeps the name of a variant that it had before it was ours, so only CloudWatch says what its metrics are called. */
const activeVariants = async (wanted: ReadonlySet<string>): Promise<Variant[]> => {
  const variants: Variant[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const asked = { Namespace, MetricName: 'Invocations', RecentlyActive: 'PT3H' as const, NextToken };
    const { Metrics = [], NextToken: next } = await cloudWatch.send(new ListMetricsCommand(asked));
    for (const { Dimensions = [] } of Metrics) {
      const dimension = (name: string) => Dimensions.find(({ Name }) => Name === name)?.Value ?? '';
      const variant = { endpointName: dimension('EndpointName'), variantName: dimension('VariantName') };
      // Other metrics of that name have further dimensions, and would count a request twice.
      if (Dimensions.length === 2 && wanted.has(variant.endpointName.toLowerCase())) variants.push(variant);
    }
    NextToken = next;
    if (NextToken === undefined) break;
  }
  return variants;
};

const countedOf = async (variants: readonly Variant[], now: Instant): Promise<CountedRequests[]> => {
  // CloudWatch has a minute only a while after it is over.
  const end = (Math.floor(millisecondsOf(now) / MINUTE_MS) - 1) * MINUTE_MS;
  const sums = new Map<string, number>();
  let NextToken: string | undefined;
  do {
    const answer = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(end - WINDOW_MS),
        EndTime: new Date(end),
        MetricDataQueries: variants.flatMap((variant, index) => [
          queryOf(`i${index}`, 'Invocations', variant),
          queryOf(`e${index}`, 'Invocation5XXErrors', variant),
        ]),
        NextToken,
      }),
    );
    for (const { Id = '', Values = [] } of answer.MetricDataResults ?? []) {
      sums.set(
        Id,
        Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
      );
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return variants.map(({ endpointName }, index) => ({
    endpointName,
    invocations: sums.get(`i${index}`) ?? 0,
    errors: sums.get(`e${index}`) ?? 0,
  }));
};

const queryOf = (Id: string, MetricName: string, { endpointName, variantName }: Variant): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace,
      MetricName,
      Dimensions: [
        { Name: 'EndpointName', Value: endpointName },
        { Name: 'VariantName', Value: variantName },
      ],
    },
    Period: 60,
    Stat: 'Sum',
  },
});

/** What is sent to CloudWatch, where every metric has a price: the fleet by default, and nothing that is zero. */
import { holding } from './alerts.ts';
import { type Look, momentOf } from './look.ts';
import type { MetricName } from './metrics.ts';
import type { Labels, Moment } from './series.ts';
import { lastDays, medianTraining, passRatio } from './windows.ts';

export type Datum = { readonly name: string; readonly dimensions: Labels; readonly value: number };

type FleetMetric = {
  readonly name: MetricName;
  readonly by: (values: readonly number[]) => number;
  /** The label that stays. */
  readonly keep?: string;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How the series of all models become those of the fleet. A digest has no sum. */
const FLEET: readonly FleetMetric[] = [
  { name: 'model_serving_active', by: sum },
  { name: 'governance_record_exists', by: sum },
  { name: 'governance_model_hash_match', by: sum },
  { name: 'governance_approval_timestamp', by: (values) => Math.min(...values) },
  { name: 'governance_approval_age_seconds', by: (values) => Math.max(...values) },
  { name: 'governance_required_stages_total', by: sum },
  { name: 'governance_completed_stages_total', by: sum },
  { name: 'governance_status', by: sum, keep: 'governance_status' },
  { name: 'governance_approval_status', by: sum, keep: 'status' },
  { name: 'governance_pipeline_runs_total', by: sum },
  { name: 'governance_pipeline_passed_total', by: sum },
  { name: 'governance_check_failed_total', by: sum, keep: 'stage' },
];

/** What only CloudWatch has, because it makes no share, window or quantile of our metrics; and the sign that somebody looks. */
export const PUBLISHED_ONLY = {
  governance_pipeline_pass_ratio: 'the share of the runs of the last 30 days that passed',
  governance_check_failures_by_stage: 'the checks of the last seven days that did not pass, by `stage`',
  model_training_to_production_p50_seconds: 'the median time from training to production, of all promotions counted',
  governance_looks: 'one for each look',
} as const;

/** A dashboard shows that nobody waits, and an alarm that nobody looks. Whatever else is zero costs nothing. */
const isTold = ({ name, dimensions, value }: Datum): boolean =>
  value !== 0 || name in PUBLISHED_ONLY || dimensions['status'] === 'pending';

/**
 * The data of one look: of the fleet, what only Assay can compute, and how many series each alert holds on that does. What is of
 * one model is published only if it was asked for.
 */
export const publishedData = (look: Look, { perModel }: { readonly perModel: boolean }): Datum[] => {
  const moment = momentOf(look);
  return [
    ...FLEET.flatMap((metric) => fleetData(metric, moment)),
    ...windowData(look),
    ...(perModel ? modelData(moment) : []),
    ...holding(moment).map(({ name, on }) => ({ name, dimensions: {}, value: on.length })),
    { name: 'governance_looks', dimensions: {}, value: 1 },
  ].filter(isTold);
};

const fleetData = ({ name, by, keep }: FleetMetric, { samples }: Moment): Datum[] => {
  const values = new Map<string, number[]>(name === 'governance_approval_status' ? [['pending', []]] : []);
  for (const { labels, value } of samples.filter((sample) => sample.name === name)) {
    const kept = keep === undefined ? '' : String(labels[keep]);
    values.set(kept, [...(values.get(kept) ?? []), value]);
  }
  const dimensionsOf = (kept: string) => (keep === undefined ? {} : { [keep]: kept });
  return [...values].map(([kept, all]) => ({ name, dimensions: dimensionsOf(kept), value: by(all) }));
};

const windowData = ({ at, counts }: Look): Datum[] => {
  if (counts === undefined) return [];
  const [ratio, median] = [passRatio(lastDays(counts, at, 30)), medianTraining(counts)];
  return [
    ...(ratio === undefined ? [] : [{ name: 'governance_pipeline_pass_ratio', dimensions: {}, value: ratio }]),
    ...Object.entries(lastDays(counts, at, 7).failed).map(([stage, value]) => ({
      name: 'governance_check_failures_by_stage',
      dimensions: { stage },
      value,
    })),
    ...(median === undefined
      ? []
      : [{ name: 'model_training_to_production_p50_seconds', dimensions: {}, value: median }]),
  ];
};

/** What has no endpoint waits for people: it serves nothing. CloudWatch takes no empty dimension. */
const modelData = ({ samples }: Moment): Datum[] =>
  samples.flatMap(({ name, labels, value }) =>
    labels['endpoint'] === undefined
      ? []
      : [{ name, dimensions: Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== '')), value }],
  );

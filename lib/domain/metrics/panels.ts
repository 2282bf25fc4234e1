/** The six panels of the dashboard "AI Governance Pipeline", as Grafana draws them from scraped metrics. */
import { APPROVAL_SECONDS, EXPIRED, PENDING } from './alerts.ts';

const EXPIRED_AGES = `governance_approval_age_seconds and on (model_name, endpoint) ${EXPIRED}`;

export const DASHBOARD_TITLE = 'AI Governance Pipeline';

export type Panel = {
  readonly title: string;
  readonly type: 'piechart' | 'stat' | 'barchart' | 'gauge' | 'table';
  readonly expression: string;
  /** What a series is called by. */
  readonly legend?: string;
  /** As Grafana names units. */
  readonly unit?: string;
  /** From which value on a colour applies. */
  readonly thresholds?: readonly { readonly color: string; readonly from: number }[];
};

export const PANELS: readonly Panel[] = [
  {
    title: 'Models in Production by Governance Status',
    type: 'piechart',
    expression: 'count by (governance_status) (governance_status)',
    legend: '{{governance_status}}',
  },
  {
    title: 'Governance Pipeline Pass Rate (30d)',
    type: 'stat',
    expression:
      'sum(increase(governance_pipeline_passed_total[30d])) / sum(increase(governance_pipeline_runs_total[30d]))',
    unit: 'percentunit',
  },
  {
    title: 'Pending Approvals',
    type: 'stat',
    expression: 'count(governance_approval_status{status="pending"}) or vector(0)',
    thresholds: [
      { color: 'green', from: 0 },
      { color: 'yellow', from: PENDING.yellow },
      { color: 'red', from: PENDING.red },
    ],
  },
  {
    title: 'Governance Check Failures by Stage (7d)',
    type: 'barchart',
    expression: 'sum by (stage) (increase(governance_check_failed_total[7d]))',
    legend: '{{stage}}',
  },
  {
    title: 'Time from Training to Production (P50)',
    type: 'gauge',
    expression: 'histogram_quantile(0.5, sum by (le) (model_training_to_production_seconds_bucket)) / 3600',
    unit: 'h',
  },
  {
    title: 'Models with Expired Governance Approvals',
    type: 'table',
    // As the alert says it: a policy may have ended an approval earlier.
    expression: `governance_approval_age_seconds > ${APPROVAL_SECONDS} or ${EXPIRED_AGES}`,
    unit: 's',
  },
];

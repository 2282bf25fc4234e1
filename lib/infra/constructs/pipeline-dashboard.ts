import { Aws } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { StageName } from '../../domain/checks/vocabulary.ts';
import { PENDING } from '../../domain/metrics/alerts.ts';
import { DASHBOARD_TITLE, PANELS, type Panel } from '../../domain/metrics/panels.ts';
import { GOVERNANCE_STATUSES } from '../../domain/metrics/served-facts.ts';
import { LOOK_MINUTES } from './measuring.ts';

/** A metric as a dashboard names it: with the name and the value of each dimension. */
type Metric = readonly [name: string, ...dimension: string[]];

const METRICS_OF: Readonly<Record<Panel['title'], readonly Metric[]>> = {
  'Models in Production by Governance Status': GOVERNANCE_STATUSES.map((status) => [
    'governance_status',
    'governance_status',
    status,
  ]),
  'Governance Pipeline Pass Rate (30d)': [['governance_pipeline_pass_ratio']],
  'Pending Approvals': [['governance_approval_status', 'status', 'pending']],
  'Governance Check Failures by Stage (7d)': StageName.options.map((stage) => [
    'governance_check_failures_by_stage',
    'stage',
    stage,
  ]),
  'Time from Training to Production (P50)': [['model_training_to_production_p50_seconds']],
};

/** As CloudWatch draws them. It has no colours for a single number, and a table of models only from a log. */
const VIEWS: Readonly<Record<Panel['type'], object>> = {
  piechart: { view: 'pie' },
  barchart: { view: 'bar' },
  gauge: { view: 'gauge', yAxis: { left: { min: 0, max: 86_400 } } },
  stat: { view: 'singleValue' },
  table: {},
};

/** The models on which an alert held at the last look: a line of the log each. */
const expiredModels = (group: ILogGroup): string =>
  [
    `SOURCE '${group.logGroupName}'`,
    'fields @timestamp, model_name, endpoint',
    'filter message = "alert holds" and alert = "GovernanceApprovalExpired"',
    'stats latest(@timestamp) as seen by model_name, endpoint',
    'sort seen desc',
  ].join(' | ');

export interface PipelineDashboardProps {
  readonly environment: string;
  /** Where looks write down the names of models. */
  readonly logs: ILogGroup;
}

/** The six panels, from what is published of the fleet. */
export class PipelineDashboard extends Construct {
  constructor(scope: Construct, id: string, { environment, logs }: PipelineDashboardProps) {
    super(scope, id);
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: `assay-${environment}`,
      dashboardBody: JSON.stringify({
        start: '-P1D',
        widgets: [
          { type: 'text', x: 0, y: 0, width: 24, height: 1, properties: { markdown: `# ${DASHBOARD_TITLE}` } },
          ...PANELS.map((panel, index) => ({
            type: panel.type === 'table' ? 'log' : 'metric',
            x: (index % 3) * 8,
            y: 1 + Math.floor(index / 3) * 6,
            width: 8,
            height: 6,
            properties: panel.type === 'table' ? logPanel(panel, logs) : metricPanel(panel),
          })),
        ],
      }),
    });
  }
}

const metricPanel = (panel: Panel) => ({
  title: panel.title,
  region: Aws.REGION,
  ...VIEWS[panel.type],
  stat: 'Maximum',
  period: LOOK_MINUTES * 60,
  // A number of an hour ago would stand there as if it were one of now.
  setPeriodToTimeRange: false,
  metrics: (METRICS_OF[panel.title] ?? []).map(([name, ...dimensions]) => [
    'Assay',
    name,
    ...dimensions,
    { label: dimensions[1] ?? panel.title },
  ]),
  ...(panel.title === 'Pending Approvals'
    ? {
        annotations: {
          horizontal: [
            { label: 'yellow', value: PENDING.yellow, color: '#dfb52c' },
            { label: 'red', value: PENDING.red, color: '#d13212' },
          ],
        },
      }
    : {}),
});

const logPanel = ({ title }: Panel, logs: ILogGroup) => ({
  title,
  region: Aws.REGION,
  view: 'table',
  query: expiredModels(logs),
});

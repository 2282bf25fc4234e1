/** What the stock tools are given: our metrics as they are scraped, and our cases in their words. */
import { stringify } from 'yaml';
import { alertOf } from '../../lib/domain/metrics/alerts.ts';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { metricsText } from '../../lib/domain/metrics/open-metrics.ts';
import { PANELS } from '../../lib/domain/metrics/panels.ts';
import type { Labels } from '../../lib/domain/metrics/series.ts';
import { aLook } from '../domain/metrics/a-look.ts';
import { ALERT_CASES, CASES_AT } from '../domain/metrics/alert-cases.ts';

const RULES = '../../examples/observability/rules.yaml';

const written = (labels: Labels): [string, string][] => Object.entries(labels).filter(([, value]) => value !== '');
const seriesOf = (name: string, labels: Labels): string =>
  `${name}{${written(labels).map(([key, value]) => `${key}="${value}"`)}}`;

const MINUTES = CASES_AT / 60;
type AlertCase = (typeof ALERT_CASES)[number];

/** A case as Prometheus plays it: constant from a minute on until two hours are over, and looked at in the end. */
const played = ({ alert, claim, samples }: AlertCase, from: number) => ({
  name: `${alert}: ${claim}${from === 0 ? '' : ', for less than it takes'}`,
  interval: '1m',
  input_series: samples.map(({ name, labels, value }) => ({
    series: seriesOf(name, labels),
    values: `${from === 0 ? '' : `_x${from} `}${value}x${MINUTES - from}`,
  })),
});
const inTheEnd = { eval_time: `${MINUTES}m` };

const tellsOf = (one: AlertCase) => {
  const { alert, on } = one;
  const { severity, summary } = alertOf(alert);
  const told = on.map((labels) => ({
    exp_labels: { severity, ...labels },
    exp_annotations: { summary, runbook_url: `docs/runbook.md#${alert.toLowerCase()}` },
  }));
  return { ...played(one, 0), alert_rule_test: [{ ...inTheEnd, alertname: alert, exp_alerts: told }] };
};

/** What has not held for as long as it takes is pending, and nobody is told. */
const waitsFor = (one: AlertCase) => {
  const { alert, on } = one;
  return {
    ...played(one, MINUTES - alertOf(alert).seconds / 60 + 1),
    alert_rule_test: [{ ...inTheEnd, alertname: alert, exp_alerts: [] }],
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertname="${alert}",alertstate="pending"})`,
        ...inTheEnd,
        exp_samples: [{ labels: '{}', value: on.length }],
      },
    ],
  };
};

const alertTests = ALERT_CASES.flatMap((one) =>
  one.on.length > 0 && alertOf(one.alert).seconds > 0 ? [tellsOf(one), waitsFor(one)] : [tellsOf(one)],
);

const HOURS = 31 * 24;
const held = (name: string, labels: Labels, value: number) => ({
  series: seriesOf(name, labels),
  values: `${value}x${HOURS}`,
});
const growing = (name: string, labels: Labels, anHour: number) => ({
  series: seriesOf(name, labels),
  values: `0+${anHour}x${HOURS}`,
});

const one = { model_name: 'credit', endpoint: 'credit' };
const other = { model_name: 'fraud', endpoint: 'fraud' };
const ofShortPolicy = { model_name: 'churn', endpoint: 'churn' };

/** A month in which four runs an hour are judged, of which three pass. */
const month = [
  held('governance_status', { ...one, governance_status: 'governed' }, 1),
  held('governance_status', { ...other, governance_status: 'expired' }, 1),
  held('governance_status', { ...ofShortPolicy, governance_status: 'expired' }, 1),
  growing('governance_pipeline_runs_total', {}, 4),
  growing('governance_pipeline_passed_total', {}, 3),
  held('governance_approval_status', { model_name: 'credit', release_id: 'credit-2', status: 'pending' }, 1),
  held('governance_approval_status', { model_name: 'credit', release_id: 'credit-1', status: 'approved' }, 1),
  growing('governance_check_failed_total', { stage: 'model_card' }, 2),
  ...[
    ['3600.0', 0],
    ['14400.0', 2],
    ['+Inf', 2],
  ].map(([le, count]) =>
    held('model_training_to_production_seconds_bucket', { risk_tier: 'low', le: String(le) }, Number(count)),
  ),
  held('governance_approval_age_seconds', one, 7_776_000),
  held('governance_approval_age_seconds', other, 7_776_001),
  held('governance_approval_age_seconds', ofShortPolicy, 86_400),
];

/** What each panel shows in the end. */
const SHOWN: readonly (readonly { readonly labels: string; readonly value: number }[])[] = [
  [
    { labels: '{governance_status="governed"}', value: 1 },
    { labels: '{governance_status="expired"}', value: 2 },
  ],
  [{ labels: '{}', value: 0.75 }],
  [{ labels: '{}', value: 1 }],
  [{ labels: '{stage="model_card"}', value: 2 * 7 * 24 }],
  [{ labels: '{}', value: 2.5 }],
  [
    { labels: seriesOf('governance_approval_age_seconds', other), value: 7_776_001 },
    { labels: seriesOf('governance_approval_age_seconds', ofShortPolicy), value: 86_400 },
  ],
];

const yaml = (content: object): string => stringify(content, { lineWidth: 0 });

export const STOCK_FILES: Readonly<Record<string, string>> = {
  'alerts.test.yaml': yaml({ rule_files: [RULES], evaluation_interval: '5m', tests: alertTests }),
  'panels.test.yaml': yaml({
    rule_files: [RULES],
    evaluation_interval: '1h',
    tests: [
      {
        name: 'the six panels',
        interval: '1h',
        input_series: month,
        promql_expr_test: PANELS.map(({ expression }, index) => ({
          expr: expression,
          eval_time: `${HOURS}h`,
          exp_samples: SHOWN[index],
        })),
      },
    ],
  }),
  'metrics.txt': metricsText(momentOf(aLook()), 'prometheus'),
  'metrics.openmetrics': metricsText(momentOf(aLook()), 'openmetrics'),
};

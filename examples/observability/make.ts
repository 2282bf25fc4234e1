/** Writes the rules for Prometheus and the dashboard for Grafana from the lists of the product: `node examples/observability/make.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ALERT_NAMES, alertOf } from '../../lib/domain/metrics/alerts.ts';
import { DASHBOARD_TITLE, PANELS, type Panel } from '../../lib/domain/metrics/panels.ts';

const RUNBOOK = 'docs/runbook.md';

const groups = [
  {
    name: 'assay',
    interval: '300s',
    rules: ALERT_NAMES.map((name) => {
      const { expression, seconds, severity, summary } = alertOf(name);
      return {
        alert: name,
        expr: expression,
        for: seconds > 0 && seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`,
        labels: { severity },
        annotations: { summary, runbook_url: `${RUNBOOK}#${name.toLowerCase()}` },
      };
    }),
  },
];

const rule = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'assay', labels: { app: 'assay' } },
  spec: { groups },
};

/** The variable of the dashboard by which its user chooses a Prometheus. */
const SOURCE = { type: 'prometheus', uid: '$source' };

const panelOf = (panel: Panel, index: number) => ({
  id: index + 1,
  title: panel.title,
  type: panel.type,
  datasource: SOURCE,
  gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
  targets: [
    {
      refId: 'A',
      datasource: SOURCE,
      expr: panel.expression,
      instant: true,
      ...(panel.legend === undefined ? {} : { legendFormat: panel.legend }),
      ...(panel.type === 'table' ? { format: 'table' } : {}),
    },
  ],
  fieldConfig: {
    defaults: {
      ...(panel.unit === undefined ? {} : { unit: panel.unit }),
      ...(panel.thresholds === undefined
        ? {}
        : {
            thresholds: {
              mode: 'absolute',
              // The first step has no beginning.
              steps: panel.thresholds.map(({ color, from }) => ({ color, value: from === 0 ? null : from })),
            },
            color: { mode: 'thresholds' },
          }),
    },
    overrides: [],
  },
});

const dashboard = {
  uid: 'assay-governance',
  title: DASHBOARD_TITLE,
  schemaVersion: 39,
  refresh: '5m',
  time: { from: 'now-24h', to: 'now' },
  templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus', label: 'Prometheus' }] },
  panels: PANELS.map(panelOf),
};

const yaml = (content: object): string => stringify(content, { lineWidth: 0 });

/** What lies beside this file, by name. */
export const FILES: Readonly<Record<string, string>> = {
  'rules.yaml': yaml({ groups }),
  'prometheus-rule.yaml': yaml(rule),
  'grafana-dashboard.json': `${JSON.stringify(dashboard, undefined, 2)}\n`,
};

if (import.meta.main) {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(import.meta.dirname, name), content);
}

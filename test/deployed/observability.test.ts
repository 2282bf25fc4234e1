/** Who is told, and what can be scraped, of a deployment in which something serves. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { ALERT_NAMES } from '../../lib/domain/metrics/alerts.ts';
import { DASHBOARD_TITLE, PANELS } from '../../lib/domain/metrics/panels.ts';
import type { Sample } from '../../lib/domain/metrics/series.ts';
import { clientConfig } from '../../local/clients.ts';
import { functionNamed, wake } from '../../local/functions.ts';
import { parseOpenMetrics } from '../support/open-metrics.ts';
import { tokenOf } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { inProduction, validated } from './support/life.ts';
import { onCallTopics, subscriber } from './support/on-call.ts';
import { variant } from './support/variant.ts';
import { endpoints, lambda } from './support/world.ts';

const { awsEndpoint } = endpoints;
const cloudwatch = new CloudWatchClient(clientConfig(awsEndpoint));

describe('the alarms of a deployment', () => {
  it('tell those on call: pagers of what is critical, and mail boxes of what is a warning', async () => {
    const { PagesTopicArn = '', NoticesTopicArn = '' } = await onCallTopics();
    const [pages, notices] = await Promise.all([
      subscriber(PagesTopicArn, 'pages'),
      subscriber(NoticesTopicArn, 'notices'),
    ]);
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'assay-local-' }));
    const named = (severity: string) =>
      MetricAlarms.filter(({ AlarmDescription = '' }) => AlarmDescription.startsWith(severity)).map(
        ({ AlarmName = '' }) => AlarmName,
      );
    expect(MetricAlarms.map(({ AlarmName }) => AlarmName)).toEqual(
      expect.arrayContaining(ALERT_NAMES.map((name) => `assay-local-${name}`)),
    );

    for (const { AlarmName = '' } of MetricAlarms) {
      for (const StateValue of ['OK', 'ALARM'] as const) {
        await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a rehearsal' }));
      }
    }

    for (const [queue, severity] of [
      [pages, 'critical'],
      [notices, 'warning'],
    ] as const) {
      const expected = named(severity).toSorted();
      const told = await eventually(`every alarm that is ${severity}`, async () => {
        // What is told besides is no alarm.
        const names = [...(await queue())].filter((name) => name.startsWith('assay-local-'));
        return names.length >= expected.length ? names : undefined;
      });
      expect(told.toSorted()).toEqual(expected);
    }
  });

  it('roll nothing back: their names are not those of alarms that do', async () => {
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'assay/' }));

    expect(MetricAlarms.filter(({ AlarmDescription = '' }) => AlarmDescription.includes('runbook'))).toEqual([]);
  });
});

/** What is scraped after a look: all samples. */
const scrapeAfterLook = async (): Promise<readonly Sample[]> => {
  await wake(lambda, await functionNamed(lambda, 'MeasureFleet'), 'aws.events');
  const answer = await fetch(`${endpoints.publicBaseUrl}/v1/metrics`, {
    headers: { authorization: `Bearer ${await tokenOf('dana.kim')}` },
  });
  expect(answer.headers.get('content-type')).toContain('application/openmetrics-text');
  return parseOpenMetrics(await answer.text()).flatMap(({ samples }) => samples);
};

describe('the metrics of a deployment', () => {
  it('say what serves, what waits, what was judged and how long it took', async () => {
    const { model_name, release_id } = await inProduction(await variant('measured', '1.1.0'));
    const waiting = await validated(await variant('measured-waits', '1.1.0'));

    const samples = await eventually('the log to have counted the promotion', async () => {
      const found = await scrapeAfterLook();
      return found.some(({ name }) => name === 'model_training_to_production_seconds_count') ? found : undefined;
    });

    const of = (name: string, label: string, value: string) =>
      samples.filter((sample) => sample.name === name && sample.labels[label] === value);
    for (const name of ['model_serving_active', 'governance_record_exists', 'governance_model_hash']) {
      expect(of(name, 'model_name', model_name)).toHaveLength(1);
    }
    expect(of('governance_status', 'model_name', model_name)[0]?.labels).toMatchObject({
      governance_status: 'governed',
    });
    const [required, completed] = ['governance_required_stages_total', 'governance_completed_stages_total'].map(
      (name) => of(name, 'model_name', model_name)[0]?.value,
    );
    expect(required).toBeGreaterThan(1);
    expect(completed).toBe(required);
    expect(of('governance_approval_status', 'release_id', release_id)[0]?.labels).toMatchObject({ status: 'approved' });
    expect(of('governance_approval_status', 'release_id', waiting.release_id)[0]?.labels).toMatchObject({
      status: 'pending',
    });
    const runs = samples.find(({ name }) => name === 'governance_pipeline_runs_total')?.value ?? 0;
    const passed = samples.find(({ name }) => name === 'governance_pipeline_passed_total')?.value ?? 0;
    expect(passed).toBeGreaterThan(0);
    expect(runs).toBeGreaterThanOrEqual(passed);
  });

  it('are on a dashboard with the six panels', async () => {
    const { DashboardBody = '' } = await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'assay-local' }));
    const { widgets } = JSON.parse(DashboardBody) as {
      widgets: { properties: { title?: string; markdown?: string } }[];
    };

    expect(widgets[0]?.properties.markdown).toContain(DASHBOARD_TITLE);
    expect(widgets.slice(1).map(({ properties }) => properties.title)).toEqual(PANELS.map(({ title }) => title));
  });
});

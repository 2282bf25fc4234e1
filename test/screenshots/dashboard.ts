/**
 * Plays the story on a local AWS of its own, has the fleet looked at, and draws the six panels from what CloudWatch answers:
 * `npm run screenshots:dashboard`.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PANELS } from '../../lib/domain/metrics/panels.ts';
import { clientConfig } from '../../local/clients.ts';
import { startDeployment } from '../../local/deployment.ts';
import { functionNamed, wake } from '../../local/functions.ts';
import { localScene } from '../../local/scene.ts';
import { storySetup } from '../../local/setup.ts';
import { playWhole, storyteller } from '../../local/story.ts';
import { launchChromium } from '../support/chromium.ts';
import { type Drawn, panelsPage, type Values } from './panels-page.ts';

const root = join(import.meta.dirname, '../..');
const home = join(root, '.local', 'dashboard');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The published metric of each panel, and the dimension that its values differ in. */
const PUBLISHED: Readonly<Record<string, { readonly name: string; readonly by?: string; readonly only?: string }>> = {
  'Models in Production by Governance Status': { name: 'governance_status', by: 'governance_status' },
  'Governance Pipeline Pass Rate (30d)': { name: 'governance_pipeline_pass_ratio' },
  'Pending Approvals': { name: 'governance_approval_status', by: 'status', only: 'pending' },
  'Governance Check Failures by Stage (7d)': { name: 'governance_check_failures_by_stage', by: 'stage' },
  'Time from Training to Production (P50)': { name: 'model_training_to_production_p50_seconds' },
  'Models with Expired Governance Approvals': { name: 'GovernanceApprovalExpired' },
};

const ports = { port: 0, sagemakerPort: 0, slackPort: 0, publicPort: 0 };
const deployment = await startDeployment({ root, home, setup: storySetup(root), ...ports, onProgress: say });
const config = clientConfig(deployment.endpoints.awsEndpoint);
const cloudwatch = new CloudWatchClient(config);
try {
  const onStep = ({ step, outcome }: { step: string; outcome: string }) => say(`${step}: ${outcome}`);
  await playWhole(storyteller(localScene({ root, ...deployment }), { onBegin: () => undefined, onStep }));
  await look();
  const drawn: Drawn[] = [];
  for (const { title, type } of PANELS) drawn.push({ title, type, values: await valuesOf(title) });
  for (const { title, values } of drawn) say(`${title}: ${JSON.stringify([...values])}`);
  await takePicture(panelsPage(drawn));
} finally {
  await deployment.stop();
  await rm(home, { recursive: true, force: true });
}

/** What the schedule does every five minutes. */
async function look(): Promise<void> {
  const lambda = new LambdaClient(config);
  await wake(lambda, await functionNamed(lambda, 'MeasureFleet'), 'aws.events');
}

async function valuesOf(title: string): Promise<Values> {
  const { name, by, only } = PUBLISHED[title] ?? { name: title };
  const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Assay', MetricName: name }));
  const chosen = Metrics.map(({ Dimensions = [] }) => ({
    Dimensions,
    label: Dimensions.find(({ Name }) => Name === by)?.Value ?? '',
  })).filter(({ label }) => only === undefined || label === only);
  if (chosen.length === 0) return new Map();
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 900_000),
      EndTime: new Date(Date.now() + 60_000),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: chosen.map(({ Dimensions }, index) => ({
        Id: `m${index}`,
        MetricStat: { Metric: { Namespace: 'Assay', MetricName: name, Dimensions }, Period: 60, Stat: 'Maximum' },
      })),
    }),
  );
  return new Map(
    MetricDataResults.flatMap(({ Id = '', Values: [latest] = [] }) =>
      latest === undefined ? [] : [[chosen[Number(Id.slice(1))]?.label ?? '', latest] as const],
    ),
  );
}

async function takePicture(html: string): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1032, height: 500 } });
    await page.setContent(html);
    await page.screenshot({ path: join(root, 'examples/observability/dashboard.png'), fullPage: true });
  } finally {
    await browser.close();
  }
}

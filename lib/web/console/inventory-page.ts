import { html } from 'hono/html';
import type { Instant, RiskTier } from '../../domain/identifiers.ts';
import type { GovernanceStatus } from '../../domain/metrics/served-facts.ts';
import { csvOf } from '../parts/csv.ts';
import { type Html, time } from '../parts/layout.ts';
import { statusBadge, tierBadge } from './badges.ts';
import { framed, modelLink, releasePath, since, type Viewer } from './frame.ts';

/** A model, or an endpoint that serves and belongs to none. */
export type InventoryRow = {
  /** Empty for an endpoint of nobody. */
  readonly modelName: string;
  readonly endpointName: string;
  /** As the card of what serves names them; empty if it names nobody. */
  readonly owner: string;
  readonly riskTier: RiskTier | undefined;
  readonly servingVersion: string;
  readonly servingReleaseId: string;
  readonly latestVersion: string;
  readonly latestReleaseId: string;
  readonly trainingData: string;
  readonly trainingDataSha256: string;
  /** `development`, `staging`, `production` or `retired`. */
  readonly deploymentStatus: string;
  /** Empty where nothing serves: what does not serve is neither governed nor anything else. */
  readonly governanceStatus: GovernanceStatus | '';
  readonly approvedUntil: Instant | undefined;
  readonly note: string;
};

type Inventory = {
  readonly rows: readonly InventoryRow[];
  readonly next: string | undefined;
  /** When what serves was last looked at; undefined before the first look. */
  readonly measuredAt: Instant | undefined;
};

export const inventoryPage = ({ rows, next, measuredAt }: Inventory, viewer: Viewer): Html => {
  const lacking = rows.filter(({ owner }) => owner === '');
  return framed({
    title: 'Inventory',
    viewer,
    at: '/console/inventory',
    main: html`<h1>Inventory</h1>
<p class="lead">Every model of which a release was ever requested, and every endpoint that was found to serve and belongs to none. <span class="note">${measuredAt === undefined ? 'What serves has not been looked at yet.' : html`What serves was last looked at ${since(measuredAt, viewer)} ago.`}</span></p>
${lacking.length === 0 ? '' : html`<section class="notice notice-bad" aria-labelledby="lacking"><h2 id="lacking">Without an owner</h2><p>${lacking.map(({ modelName, endpointName }, index) => html`${index === 0 ? '' : ', '}<strong>${modelName || endpointName}</strong>`)}: nobody answers for ${lacking.length === 1 ? 'it' : 'them'}. The owner is named by the model card.</p></section>`}
<section aria-labelledby="models"><h2 id="models">Models</h2>
${rows.length === 0 ? html`<p>There are none yet.</p>` : table(rows)}
${next === undefined ? '' : html`<p><a href="?after=${encodeURIComponent(next)}">The next models</a></p>`}
<p class="buttons"><a class="button" href="/console/inventory/csv">Download as CSV</a> <a class="button" href="/console/inventory/json">Download as JSON</a></p></section>`,
  });
};

const table = (
  rows: readonly InventoryRow[],
): Html => html`<table class="stack"><thead><tr><th scope="col">Model</th><th scope="col">Owner</th><th scope="col">Governance</th><th scope="col">Deployment</th><th scope="col">Versions</th><th scope="col">Trained on</th></tr></thead>
<tbody>${rows.map(
  (row) => html`<tr><th scope="row">${nameOf(row)}</th>
<td data-label="Owner">${row.owner === '' ? html`<span class="badge badge-bad">✕ nobody</span>` : html`<bdi>${row.owner}</bdi>`}</td>
<td data-label="Governance">${governanceOf(row)}</td>
<td data-label="Deployment">${row.deploymentStatus}${row.endpointName === '' ? '' : html` <span class="note">on <code>${row.endpointName}</code></span>`}</td>
<td data-label="Versions">${versionsOf(row)}</td>
<td data-label="Trained on">${row.trainingData === '' ? '–' : html`<code>${row.trainingData}</code><br><code class="note">${row.trainingDataSha256.slice(0, 12)}</code>`}</td></tr>`,
)}</tbody></table>`;

const nameOf = ({ modelName, endpointName, riskTier }: InventoryRow): Html =>
  html`${modelName === '' ? html`<span class="badge badge-bad">✕ of no model</span> <code>${endpointName}</code>` : modelLink(modelName)}${riskTier === undefined ? '' : html`<br>${tierBadge(riskTier)}`}`;

const governanceOf = ({ governanceStatus, approvedUntil, note }: InventoryRow): Html =>
  html`${governanceStatus === '' ? html`<span class="note">nothing serves</span>` : statusBadge(governanceStatus)}${approvedUntil === undefined ? '' : html`<br><span class="note">until ${time(approvedUntil)}</span>`}${note === '' ? '' : html`<br><span class="note"><bdi>${note}</bdi></span>`}`;

const versionsOf = (row: InventoryRow): Html => {
  const known = [
    ['serves', row.servingVersion, row.servingReleaseId],
    ['waits:', row.latestVersion, row.latestReleaseId],
  ].filter(([, version]) => version !== '');
  return known.length === 0
    ? html`–`
    : html`<ul class="plain">${known.map(([what, version, releaseId = '']) => html`<li>${what} <a href="${releasePath(releaseId)}" class="number">${version}</a></li>`)}</ul>`;
};

const COLUMNS = [
  'model_name',
  'owner',
  'risk_tier',
  'governance_status',
  'deployment_status',
  'endpoint',
  'serving_version',
  'serving_release_id',
  'waiting_version',
  'waiting_release_id',
  'approved_until',
  'training_data',
  'training_data_sha256',
  'note',
] as const;

export const inventoryRecord = (row: InventoryRow): Record<(typeof COLUMNS)[number], string> => ({
  model_name: row.modelName,
  owner: row.owner,
  risk_tier: row.riskTier ?? '',
  governance_status: row.governanceStatus,
  deployment_status: row.deploymentStatus,
  endpoint: row.endpointName,
  serving_version: row.servingVersion,
  serving_release_id: row.servingReleaseId,
  waiting_version: row.latestVersion,
  waiting_release_id: row.latestReleaseId,
  approved_until: row.approvedUntil ?? '',
  training_data: row.trainingData,
  training_data_sha256: row.trainingDataSha256,
  note: row.note,
});

type Instants = { readonly at: Instant; readonly measuredAt: Instant | undefined };

/** Each line says of when it is, since a line is often all that is kept of a table. */
export const inventoryCsv = (rows: readonly InventoryRow[], { at, measuredAt }: Instants): string =>
  csvOf([
    [...COLUMNS, 'at', 'measured_at'],
    ...rows.map((row) => [...COLUMNS.map((name) => inventoryRecord(row)[name]), at, measuredAt ?? '']),
  ]);

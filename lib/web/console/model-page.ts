import { html } from 'hono/html';
import type { Sample } from '../../domain/evidence/fairness/intervals.ts';
import { ratioInterval, wilsonInterval } from '../../domain/evidence/fairness/intervals.ts';
import type { Instant } from '../../domain/identifiers.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import type { Impact } from '../../domain/questions/impact.ts';
import { type Html, time } from '../parts/layout.ts';
import { lastingInWords, percent, ratioInWords, roleInWords } from '../parts/wording.ts';
import { stateBadge, statusBadge, tierBadge } from './badges.ts';
import { framed, holdPath, releasePath, rollbackPath, since, type Viewer } from './frame.ts';
import type { Mark, Reign } from './life-of-a-model.ts';
import { type Lineage, lineageSection } from './lineage-section.ts';
import type { ServedRow } from './now-view.ts';
import { interval, timeline } from './timeline.ts';

export type VersionRow = {
  readonly releaseId: string;
  readonly version: string;
  readonly state: string;
  /** The digest of what it was trained on. */
  readonly snapshot: string;
  readonly at: Instant;
  /** The group that fares worst; undefined if nothing was counted. */
  readonly worst: Impact | undefined;
  readonly minimum: number | undefined;
  /** As Assay counted it. */
  readonly accuracy: Sample | undefined;
};

export type ModelView = {
  readonly modelName: string;
  /** Undefined if nothing of it is in production. */
  readonly served: ServedRow | undefined;
  readonly isHeld: boolean;
  readonly reigns: readonly Reign[];
  readonly marks: readonly Mark[];
  /** The latest first. */
  readonly versions: readonly VersionRow[];
  readonly line: Pick<FairnessLine, 'minimumRatioOf'> | undefined;
  /** Of what serves; undefined if nothing does. */
  readonly lineage: Lineage | undefined;
  /** Whether there are earlier events than those that were read. */
  readonly isCut: boolean;
};

export const modelPage = (view: ModelView, viewer: Viewer): Html => {
  const { modelName, served, isHeld, versions, lineage, isCut } = view;
  return framed({
    title: modelName,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › Model</p><h1>${modelName}</h1>
<p class="lead">${served === undefined ? 'Nothing of it is in production.' : html`${statusBadge(served.status)} <a href="${releasePath(served.releaseId)}" class="number">${served.modelVersion}</a> serves from <code>${served.endpointName}</code>, for ${since(served.since, viewer)}.`}</p>
${isHeld ? html`<section class="notice"><p><strong>Held after a rollback:</strong> nothing of it is promoted. <a href="${holdPath(modelName)}">Go to the hold</a></p></section>` : ''}
${served === undefined ? '' : servesSection(served, viewer)}
<section aria-labelledby="time"><h2 id="time">What served when</h2>${timeline({ ...view, now: viewer.now })}${isCut ? html`<p class="note">By its latest events: earlier ones are in the ledger.</p>` : ''}</section>
<section aria-labelledby="versions"><h2 id="versions">Its versions, and how they compare</h2>${versions.length === 0 ? html`<p>None of its releases is among its latest events.</p>` : versionTable(versions)}</section>
${lineage === undefined ? '' : lineageSection(lineage)}`,
  });
};

const servesSection = (
  served: ServedRow,
  viewer: Viewer,
): Html => html`<section aria-labelledby="serves"><h2 id="serves">What serves</h2><dl class="facts">
<div><dt>Risk tier</dt><dd>${tierBadge(served.riskTier)}</dd></div>
<div><dt>Since</dt><dd>${time(served.since)}</dd></div>
<div><dt>Approved until</dt><dd>${served.approvedUntil === undefined ? 'never approved' : html`${time(served.approvedUntil)} <span class="note">${served.approvedUntil <= viewer.now ? 'it has ended' : `${lastingInWords(viewer.now, served.approvedUntil)} left`}</span>`}</dd></div>
<div><dt>Way back</dt><dd>${served.fallback === undefined ? 'to nothing: its endpoint is deleted' : html`<a href="${releasePath(served.fallback.releaseId)}" class="number">${served.fallback.modelVersion}</a>`}</dd></div>
<div class="wide"><dt>Approved by</dt><dd>${served.approvals.length === 0 ? 'nobody whose signature is kept' : served.approvals.map(({ name, role, at }) => html`<bdi>${name}</bdi> <span class="note">${roleInWords(role)}, ${time(at)}</span><br>`)}</dd></div></dl>
<p><a class="button" href="${rollbackPath(served.modelName)}">Roll back</a></p></section>`;

const versionTable = (
  versions: readonly VersionRow[],
): Html => html`<p class="note">The group that fares worst: its rate of favorable decisions, as a share of the group with the highest. A bar is the 95 % interval, and a dashed line what the policy asks for. Accuracy is counted by Assay on the rows that have a label.</p>
<table class="groups stack versions"><thead><tr><th scope="col">Version</th><th scope="col">Who fares worst</th><th scope="col">Accuracy</th></tr></thead>
<tbody>${versions.map(versionRow)}</tbody></table>`;

const versionRow = ({
  releaseId,
  version,
  state,
  at,
  worst,
  minimum,
  accuracy,
}: VersionRow): Html => html`<tr><th scope="row"><a href="${releasePath(releaseId)}" class="number">${version}</a> ${stateBadge(state)}<br><span class="note">${time(at)}</span></th>
<td class="picture" data-label="Who fares worst">${worst === undefined ? html`<span class="note">not counted</span>` : worstOf(worst, minimum)}</td>
<td class="picture" data-label="Accuracy">${accuracy === undefined ? html`<span class="note">not counted</span>` : accuracyOf(accuracy)}</td></tr>`;

const worstOf = (worst: Impact, minimum: number | undefined): Html => {
  const { lower, upper } = ratioInterval(worst.selection, worst.highest.selection);
  return html`${interval({ value: worst.ratio, lower, upper, limit: minimum, name: `${worst.attribute} ${worst.value}` })}
<bdi>${worst.attribute}</bdi> <bdi>${worst.value}</bdi>: <strong class="number">${worst.ratio.toFixed(3)}</strong> <span class="note number">[${lower.toFixed(2)}, ${upper.toFixed(2)}]${minimum === undefined ? '' : `, at least ${ratioInWords(minimum)}`}</span>`;
};

const accuracyOf = (accuracy: Sample): Html => {
  const { lower, upper } = wilsonInterval(accuracy);
  return html`${interval({ value: accuracy.rate, lower, upper, limit: undefined, name: 'accuracy' })}<strong class="number">${percent(accuracy.rate)}</strong> <span class="note number">[${(lower * 100).toFixed(1)}, ${(upper * 100).toFixed(1)}]</span>`;
};

/** What would serve instead, with its evidence, whether it still can, and the form that orders it. */
import { html } from 'hono/html';
import type { Instant } from '../../domain/identifiers.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { ServingPointer } from '../../domain/records/pointer.ts';
import type { Rollback } from '../../domain/records/rollback.ts';
import type { Reason, Release } from '../../domain/release/release.ts';
import type { StrategyUnderWay } from '../../domain/serving/strategy-under-way.ts';
import { checksInWords } from '../approval/check-list.ts';
import { digest, type Html, time } from '../parts/layout.ts';
import { instantsInWords, lastingInWords, roleInWords } from '../parts/wording.ts';
import { stateBadge, tierBadge } from './badges.ts';
import { fairnessBeside } from './fairness-beside.ts';
import { framed, modelPath, releasePath, since, type Viewer } from './frame.ts';
import type { Given } from './now-view.ts';
import { faultSummary, orderFields, type Typed } from './order-form.ts';
import { strategyNotice } from './strategy-notice.ts';

/** A release as one looks at it before the other takes its place. */
export type Side = {
  readonly release: Release;
  readonly approvals: readonly Given[];
  readonly checks: readonly CheckRecord[];
};

/** How long a former rollback of the model took. */
export type Took = { readonly from: Instant; readonly to: Instant };

export type RollbackView = {
  readonly modelName: string;
  readonly pointer: ServingPointer;
  readonly current: Side;
  /** Undefined if there is nothing to go back to: then the endpoint can be deleted. */
  readonly fallback: Side | undefined;
  /** Why the fallback may not serve, as far as the table says. */
  readonly reasons: readonly Reason[];
  readonly underWay: Rollback | undefined;
  /** What an order would wait for. */
  readonly strategy: StrategyUnderWay | undefined;
  readonly took: readonly Took[];
  readonly typed: Typed;
  readonly formToken: string;
};

export const rollbackPage = (view: RollbackView, viewer: Viewer): Html => {
  const { modelName, current, fallback, typed } = view;
  return framed({
    title: `${typed.faults.length > 0 ? 'Not complete: ' : ''}Roll back ${modelName}?`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › <a href="${modelPath(modelName)}">${modelName}</a> › Rollback</p>
${faultSummary(typed)}
<h1>Roll back ${modelName} <span class="number">${current.release.modelVersion}</span>?</h1>
<p class="lead">${fallback === undefined ? 'There is no earlier release to go back to: the endpoint can be deleted, and then nothing serves.' : html`<span class="number">${fallback.release.modelVersion}</span> would serve instead, from the same endpoint.`}</p>
${underWayNotice(view)}
${strategyNotice(view.strategy)}
<div class="two">${side('Serves now', 'now', current, viewer, html`<div><dt>Since</dt><dd>${time(view.pointer.since)} <span class="note">for ${since(view.pointer.since, viewer)}</span></dd></div>`)}
${fallback === undefined ? nothing(view) : side('Would serve', 'then', fallback, viewer, html`<div class="wide"><dt>Whether it still can</dt><dd>${still(view.reasons)}</dd></div>`)}</div>
${fallback === undefined ? '' : fairnessBeside(sideBeside(current), sideBeside(fallback))}
${whatHappens(view)}
${form(view, viewer)}`,
  });
};

const sideBeside = ({ release: { modelVersion: version }, checks }: Side) => ({ version, checks });

const underWayNotice = ({ underWay, modelName }: RollbackView): Html | string =>
  underWay === undefined
    ? ''
    : html`<section class="notice"><h2>A rollback is under way</h2><p>It was ordered ${time(underWay.requestedAt)}: <a href="${modelPath(modelName)}/rollbacks/${underWay.epoch}">watch it</a>. Ordering the same again finds that one.</p></section>`;

const side = (
  title: string,
  id: string,
  { release, approvals, checks }: Side,
  viewer: Viewer,
  more: Html,
): Html => html`
<section aria-labelledby="${id}"><h2 id="${id}">${title}: <a href="${releasePath(release.releaseId)}" class="number">${release.modelVersion}</a></h2><dl class="facts">
<div><dt>State</dt><dd>${stateBadge(release.state)} ${tierBadge(release.riskTier)}</dd></div>
${more}
<div><dt>Approved until</dt><dd>${release.approvedUntil === undefined ? '–' : html`${time(release.approvedUntil)} <span class="note">${release.approvedUntil <= viewer.now ? 'it has ended' : `${lastingInWords(viewer.now, release.approvedUntil)} left`}</span>`}</dd></div>
<div class="wide"><dt>Approved by</dt><dd>${approvals.length === 0 ? 'nobody whose signature is kept' : html`<ul class="plain">${approvals.map(({ name, role, at }) => html`<li><bdi>${name}</bdi> <span class="note">${roleInWords(role)}, ${time(at)}</span></li>`)}</ul>`}</dd></div>
<div class="wide"><dt>Checks</dt><dd>${checks.length === 0 ? 'none are kept' : checksInWords(checks)}</dd></div>
<div class="wide"><dt>Artifact, SHA-256</dt><dd>${release.pinned === undefined ? '–' : digest(release.pinned.artifactSha256)}</dd></div>
<div class="wide"><dt>Governance record, SHA-256</dt><dd>${release.recordSha256 === undefined ? html`<span class="badge badge-bad">✕ none</span>` : digest(release.recordSha256)}</dd></div></dl></section>`;

const still = (reasons: readonly Reason[]): Html =>
  reasons.length === 0
    ? html`<span class="badge badge-good">✓ it was approved, and that is in force</span> <span class="note">Before the switch its artifact is hashed again, and SageMaker is asked what it would serve.</span>`
    : html`<span class="badge badge-bad">✕ it would be refused</span><ul>${reasons.map(({ explanation }) => html`<li><bdi>${instantsInWords(explanation)}</bdi></li>`)}</ul>`;

const nothing = ({
  pointer,
}: RollbackView): Html => html`<section aria-labelledby="then"><h2 id="then">Would serve: nothing</h2>
<p>The endpoint <code>${pointer.endpointName}</code> is deleted. Whoever calls it gets an error until another release is promoted.</p></section>`;

const TO_FALLBACK = html`<li>The fallback is verified: its approval, its record, its bytes, and what SageMaker would serve.</li><li>The endpoint is switched. What serves now goes on serving until the other does.</li>`;
const TO_NOTHING = html`<li>The endpoint is deleted. What serves now goes on serving until that is done.</li>`;

const whatHappens = ({
  took,
  fallback,
}: RollbackView): Html => html`<section aria-labelledby="then-what"><h2 id="then-what">What happens then</h2>
<ol>${fallback === undefined ? TO_NOTHING : TO_FALLBACK}<li>The pointer is flipped, in one transaction with its event.</li><li>The model is held: nothing of it is promoted until operators who did not order the rollback say so.</li></ol>
<p><strong>How long it takes:</strong> ${
  took.length === 0
    ? `no rollback of this model is among its latest events. ${fallback === undefined ? 'Deleting an endpoint takes SageMaker some seconds.' : 'SageMaker starts other instances before it switches, which takes minutes.'}`
    : html`the last ${took.length === 1 ? 'one' : took.length} took ${took.map(({ from, to }) => lastingInWords(from, to)).join(', ')}.`
}</p></section>`;

const form = (view: RollbackView, { isOperator }: Viewer): Html => {
  const { modelName, pointer, fallback, typed, formToken } = view;
  if (!isOperator)
    return html`<section><h2>Who can order it</h2><p>A person with the role operator: your session has it not. The command is <code>assay rollback ${modelName}</code>.</p></section>`;
  const toNothing = fallback === undefined || typed.fields.get('to') === 'nothing';
  return html`<section aria-labelledby="order"><h2 id="order">Order it</h2>
<form method="post" action="" autocomplete="off"><input type="hidden" name="form" value="${formToken}"><input type="hidden" name="epoch" value="${pointer.epoch}">
<fieldset><legend>What is to serve</legend><div class="choices">
${fallback === undefined ? '' : html`<label><input type="radio" name="to" value="fallback" required${toNothing ? '' : html` checked`}> <span class="number">${fallback.release.modelVersion}</span></label>`}
<label><input type="radio" name="to" value="nothing" required${toNothing ? html` checked` : ''}> Nothing: delete the endpoint</label></div></fieldset>
${orderFields({ typed, confirm: { text: modelName, what: 'name of the model' } })}
<div class="actions"><button type="submit" class="deny">Roll back</button></div></form></section>`;
};

/** How far a rollback is, until it has ended; and the hold that follows it. */
import { html } from 'hono/html';
import type { AuditEvent } from '../../domain/ledger/event.ts';
import { type Hold, isHeld } from '../../domain/records/hold.ts';
import { isUnderWay, NOTHING, type Rollback } from '../../domain/records/rollback.ts';
import type { StrategyUnderWay } from '../../domain/serving/strategy-under-way.ts';
import { type Html, time } from '../parts/layout.ts';
import { lastingInWords, titleOf } from '../parts/wording.ts';
import { framed, holdPath, modelPath, releasePath, rollbackPath, since, type Viewer } from './frame.ts';
import { faultSummary, orderFields, type Typed } from './order-form.ts';
import { strategyNotice } from './strategy-notice.ts';

type Progress = {
  readonly rollback: Rollback;
  readonly versions: { readonly from: string; readonly to: string | undefined };
  /** The events of this rollback, the first one first. */
  readonly events: readonly AuditEvent[];
  /** What it waits for. */
  readonly strategy: StrategyUnderWay | undefined;
  readonly hold: Hold | undefined;
  /** Whether the page is loaded again by itself. */
  readonly isRefreshed: boolean;
  readonly nameOf: (personId: string) => string;
};

export const progressPage = (view: Progress, viewer: Viewer): Html => {
  const { rollback, versions, events, isRefreshed, nameOf } = view;
  const { modelName, status } = rollback;
  return framed({
    title: `${isUnderWay(rollback) ? 'Rolling back' : titleOf(status)}: ${modelName}`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › <a href="${modelPath(modelName)}">${modelName}</a> › Rollback</p>
<h1>${modelName}: from <span class="number">${versions.from}</span> to ${rollback.toReleaseId === NOTHING ? 'nothing' : html`<a href="${releasePath(rollback.toReleaseId)}" class="number">${versions.to}</a>`}</h1>
<section class="notice ${status === 'executed' ? 'notice-good' : status === 'refused' ? 'notice-bad' : ''}" role="status"><h2>${headline(rollback, viewer)}</h2>
<p>${explained(rollback)}</p>
${isRefreshed ? html`<p class="refreshing note">This page loads itself again every three seconds. <a href="?still=1">Stop that</a></p>` : ''}
${isUnderWay(rollback) && !isRefreshed ? html`<p class="refreshing"><a href="?">Look again</a></p>` : ''}</section>
${strategyNotice(view.strategy)}
<section aria-labelledby="steps"><h2 id="steps">What has happened</h2>
<ol>${events.map((event) => html`<li><strong>${titleOf(event.event_type)}</strong> <span class="note">${time(event.timestamp)}, after ${lastingInWords(rollback.requestedAt, event.timestamp)}</span>${event.reason === '' ? '' : html`<br><bdi>${event.reason}</bdi>`}</li>`)}</ol>
<dl class="facts"><div><dt>Ordered by</dt><dd><bdi>${nameOf(rollback.initiatedBy)}</bdi></dd></div><div><dt>Incident</dt><dd><bdi>${rollback.linkedIncident || 'none'}</bdi></dd></div><div class="wide"><dt>Reason</dt><dd><bdi>${rollback.reason}</bdi></dd></div></dl></section>
${holdNotice(view)}`,
  });
};

const headline = (rollback: Rollback, viewer: Viewer): Html => {
  if (rollback.status === 'executed')
    return html`✓ Done${rollback.executedAt === undefined ? '' : html`, ${lastingInWords(rollback.requestedAt, rollback.executedAt)} after the order`}`;
  if (rollback.status === 'refused') return html`✕ Refused: what served before goes on serving`;
  return html`↺ Under way for ${since(rollback.requestedAt, viewer)}`;
};

const explained = (rollback: Rollback): string => {
  if (rollback.status === 'executed') return 'The pointer is flipped, and the event is in the ledger.';
  if (rollback.status === 'refused')
    return 'The reasons are below and in the ledger. A person has to act: mend what they say, or order it to nothing.';
  if (rollback.toReleaseId === NOTHING) return 'The endpoint is being deleted. Until that is done it goes on serving.';
  return rollback.endpointConfigName === undefined
    ? 'The fallback is being verified: its approval, its bytes, and what SageMaker would serve.'
    : 'SageMaker has been asked to switch. What served before goes on serving until that is done.';
};

const holdNotice = ({ hold, rollback }: Progress): Html | string =>
  rollback.status !== 'executed' || !isHeld(hold)
    ? ''
    : html`<section class="notice" aria-labelledby="hold"><h2 id="hold">The model is held</h2><p>Nothing of it is promoted until ${hold.operatorsNeeded === 1 ? 'an operator' : `${hold.operatorsNeeded} operators`} who did not order the rollback release it. <a href="${holdPath(rollback.modelName)}">Go to the hold</a></p></section>`;

type Held = {
  readonly hold: Hold;
  /** The one that brought it; undefined if it is not kept. */
  readonly rollback: Rollback | undefined;
  readonly typed: Typed;
  readonly formToken: string;
  readonly nameOf: (personId: string) => string;
};

/** Who has agreed that the model may be promoted again, and the form of the next one. */
export const holdPage = (view: Held, viewer: Viewer): Html => {
  const { hold, rollback, typed, nameOf } = view;
  const { modelName } = hold;
  return framed({
    title: `${typed.faults.length > 0 ? 'Not complete: ' : ''}${isHeld(hold) ? 'Held' : 'Released'}: ${modelName}`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › <a href="${modelPath(modelName)}">${modelName}</a> › Hold</p>
${faultSummary(typed)}
<h1>${modelName} is ${isHeld(hold) ? 'held' : 'released'}</h1>
<section><dl class="facts"><div><dt>Since</dt><dd>${time(hold.heldSince)}</dd></div><div><dt>After the rollback of</dt><dd><a href="${releasePath(hold.fromReleaseId)}">${hold.fromReleaseId}</a>${rollback === undefined ? '' : html` <span class="note"><a href="${rollbackPath(modelName)}s/${rollback.epoch}">how it went</a></span>`}</dd></div>
<div><dt>Ordered by</dt><dd><bdi>${nameOf(hold.initiatedBy)}</bdi></dd></div><div><dt>Operators needed</dt><dd>${hold.operatorsNeeded}</dd></div>
${rollback === undefined ? '' : html`<div><dt>Incident</dt><dd><bdi>${rollback.linkedIncident || 'none'}</bdi></dd></div><div class="wide"><dt>Reason of the rollback</dt><dd><bdi>${rollback.reason}</bdi></dd></div>`}
${hold.releasedAt === undefined ? '' : html`<div><dt>Released</dt><dd>${time(hold.releasedAt)}</dd></div>`}</dl>
<h2>Who has agreed to release it</h2>${hold.consents.length === 0 ? html`<p>Nobody yet.</p>` : html`<ul>${hold.consents.map(({ operatorId, reason, linkedIncident, givenAt }) => html`<li><bdi>${nameOf(operatorId)}</bdi>, ${time(givenAt)} (<bdi>${linkedIncident}</bdi>): <bdi>${reason}</bdi></li>`)}</ul>`}</section>
${isHeld(hold) ? consentForm(view, viewer) : html`<section class="notice notice-good"><p>What is approved can be promoted again, by <code>assay promote</code>.</p></section>`}`,
  });
};

const consentForm = ({ hold, typed, formToken }: Held, viewer: Viewer): Html => {
  if (!viewer.isOperator)
    return html`<section><h2>Who can release it</h2><p>A person with the role operator: your session has it not.</p></section>`;
  if (hold.initiatedBy === viewer.id)
    return html`<section class="notice"><h2>Not by you</h2><p>You ordered the rollback. Others release its hold.</p></section>`;
  if (hold.consents.some(({ operatorId }) => operatorId === viewer.id))
    return html`<section class="notice"><h2>You have agreed</h2><p>Another operator has to, as well.</p></section>`;
  return html`<section aria-labelledby="order"><h2 id="order">Release the hold</h2><form method="post" action="" autocomplete="off"><input type="hidden" name="form" value="${formToken}"><input type="hidden" name="rollback" value="${hold.rollbackId}">
${orderFields({ typed, confirm: { text: hold.modelName, what: 'name of the model' } })}
<div class="actions"><button type="submit">Agree to release it</button></div></form></section>`;
};

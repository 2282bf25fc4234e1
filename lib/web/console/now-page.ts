import { html } from 'hono/html';
import { type Html, time } from '../parts/layout.ts';
import { instantsInWords, lastingInWords, roleInWords } from '../parts/wording.ts';
import { statusBadge, tierBadge } from './badges.ts';
import { day, framed, holdPath, modelLink, modelPath, releasePath, rollbackPath, since, type Viewer } from './frame.ts';
import type { HeldRow, LedgerState, NowView, ServedRow, WaitingRow, Wrong } from './now-view.ts';

/** The first screen: is anything wrong, and is anybody waiting? */
export const nowPage = (view: NowView, viewer: Viewer): Html =>
  framed({
    title: `Now: ${titleOf(view)}`,
    viewer,
    at: '/console/now',
    main: html`<h1>Now</h1>
<p class="lead">${leadOf(view)} ${measured(view, viewer)}</p>
<div class="two">${wrongSection(view, viewer)}${waitingSection(view, viewer)}</div>
${servingSection(view, viewer)}
<div class="two">${ledgerSection(view.ledger, viewer)}${freezeSection(view)}</div>`,
  });

const titleOf = ({ wrong, waiting, held, measuredAt }: NowView): string => {
  const waits = waiting.length + held.length;
  if (wrong.length === 0 && waits === 0) return measuredAt === undefined ? 'not measured yet' : 'all is well';
  return `${wrong.length === 0 ? 'nothing wrong' : `${wrong.length} wrong`}, ${waits} ${waits === 1 ? 'waits' : 'wait'}`;
};

const leadOf = ({ wrong, waiting, held, measuredAt }: NowView): Html => {
  const mine = [...waiting, ...held].filter(({ isMine }) => isMine).length;
  // The absence of a finding is none: before the first look nobody knows.
  const well = measuredAt === undefined ? 'Nothing is known to be wrong' : 'Nothing is wrong';
  const things = wrong.length === 1 ? 'One thing needs' : `${wrong.length} things need`;
  const first = wrong.length === 0 ? well : html`<strong>${things} attention</strong>`;
  const forMe = mine === 0 ? '' : html`, <strong>${mine === 1 ? 'one' : mine} of them for you</strong>`;
  return html`${first}, and ${whatWaits(waiting.length, held.length)}${forMe}.`;
};

const whatWaits = (releases: number, holds: number): string => {
  const named = [counted(releases, 'release'), counted(holds, 'hold')].filter((words) => words !== '');
  return named.length === 0
    ? 'nobody is waiting'
    : `${named.join(' and ')} ${releases + holds === 1 ? 'waits' : 'wait'}`;
};

const counted = (many: number, what: string): string => {
  if (many === 0) return '';
  return many === 1 ? `one ${what}` : `${many} ${what}s`;
};

const measured = ({ measuredAt }: NowView, viewer: Viewer): Html =>
  measuredAt === undefined
    ? html`<span class="note">Nothing has been measured yet.</span>`
    : html`<span class="note">Measured ${since(measuredAt, viewer)} ago.</span>`;

const wrongSection = ({ wrong, measuredAt }: NowView, viewer: Viewer): Html => html`
<section class="notice ${wrong.length > 0 ? 'notice-bad' : measuredAt === undefined ? '' : 'notice-good'}" aria-labelledby="wrong"><h2 id="wrong">Is anything wrong?</h2>
${wrong.length > 0 ? html`<ul class="told">${wrong.map((one) => wrongItem(one, viewer))}</ul>` : nothingWrong(measuredAt)}</section>`;

const nothingWrong = (measuredAt: NowView['measuredAt']): Html =>
  measuredAt === undefined
    ? html`<p>? Nothing has been measured yet, so nobody knows of what metrics say. No alarm is on, no model is held, and no line is stopped.</p>`
    : html`<p>✓ No alert holds, no alarm is on, no model is held, and no line is stopped.</p>`;

const wrongItem = ({ severity, what, modelName, since: from, path, act }: Wrong, viewer: Viewer): Html => html`<li>
<span><span class="badge ${severity === 'critical' ? 'badge-bad' : 'badge-warn'}">${severity === 'critical' ? '✕ critical' : '! warning'}</span></span>
<div>${modelName ? html`${modelLink(modelName)}: ` : ''}<bdi>${instantsInWords(what)}</bdi>${from === undefined ? '' : html` <span class="note">for ${since(from, viewer)}</span>`}</div>
<span>${path === undefined ? '' : html`<a href="${path}">${act}<span class="hidden"> ${modelName ?? ''}</span></a>`}</span></li>`;

const waitingSection = ({ waiting, held, moreWait }: NowView, viewer: Viewer): Html => html`
<section aria-labelledby="waiting"><h2 id="waiting">Is anybody waiting?</h2>
${waiting.length === 0 ? html`<p>✓ No release waits for people or for its promotion.</p>` : waitingList(waiting, viewer)}
${held.length === 0 ? '' : html`<h3>Holds that operators have to release</h3><ul class="told">${held.map((one) => heldItem(one, viewer))}</ul>`}
${moreWait ? html`<p class="note">More wait than are shown here.</p>` : ''}</section>`;

/** Also on the page of the approvals. */
export const waitingList = (waiting: readonly WaitingRow[], viewer: Viewer): Html =>
  html`<ul class="told">${waiting.map((one) => waitingItem(one, viewer))}</ul>`;

const heldItem = ({ modelName, missing, needed, agreed, notBy, isMine, since: from }: HeldRow, viewer: Viewer): Html =>
  html`<li><span>${isMine ? FOR_YOU : WAITS}</span>
<div><a href="${holdPath(modelName)}"><strong>${modelName}</strong></a>
<p>${missing} of ${needed} ${needed === 1 ? 'operator' : 'operators'}${notBy === undefined ? '; Assay itself ordered the rollback' : html`, not <bdi>${notBy}</bdi>, who ordered the rollback`}</p>
${agreed.length === 0 ? '' : html`<p class="note"><bdi>${agreed.join(', ')}</bdi> agreed already.</p>`}</div>
<span class="note">for ${since(from, viewer)}</span></li>`;

const FOR_YOU = html`<span class="badge badge-warn">○ for you</span>`;
const WAITS = html`<span class="badge">○ waits</span>`;

const waitingItem = (row: WaitingRow, viewer: Viewer): Html => {
  const { releaseId, modelName, modelVersion, riskTier, seats, isMine, because, until } = row;
  return html`<li><span>${isMine ? FOR_YOU : WAITS}</span>
<div><a href="${releasePath(releaseId)}"><strong>${modelName} <span class="number">${modelVersion}</span></strong></a> ${tierBadge(riskTier)}
${seats.map(({ role, people }) => html`<p>${roleInWords(role)}: <bdi>${people.join(' or ') || 'nobody is asked'}</bdi></p>`)}
${because.map((why) => html`<p class="note"><bdi>${instantsInWords(why)}</bdi></p>`)}
${isMine ? html`<p class="note">Decide by the link in your mail: it is yours alone.</p>` : ''}</div>
<span class="note">for ${since(row.since, viewer)}${until === undefined ? '' : html`<br>${until <= viewer.now ? 'too late' : `${lastingInWords(viewer.now, until)} left`}`}</span></li>`;
};

const servingSection = ({ serving, next }: NowView, viewer: Viewer): Html => html`
<section aria-labelledby="serving"><h2 id="serving">What serves</h2>
${serving.length === 0 ? html`<p>Nothing${next === undefined ? '' : ' on this page'} is in production.</p>` : servingTable(serving, viewer)}
${next === undefined ? '' : html`<p><a href="?after=${encodeURIComponent(next)}">The next models</a></p>`}</section>`;

const servingTable = (serving: readonly ServedRow[], viewer: Viewer): Html => html`<table class="stack">
<thead><tr><th scope="col">Model</th><th scope="col">Serves</th><th scope="col">Since</th><th scope="col">Approved until</th><th scope="col">Approved by</th><th scope="col">Way back</th></tr></thead>
<tbody>${serving.map((row) => servingRow(row, viewer))}</tbody></table>`;

const servingRow = (row: ServedRow, viewer: Viewer): Html => html`<tr>
<th scope="row">${modelLink(row.modelName)}<br>${statusBadge(row.status)} ${tierBadge(row.riskTier)}${row.isHeld ? html` <span class="badge badge-warn">‖ held</span>` : ''}${row.isStopped ? html` <span class="badge badge-warn">‖ line stopped</span>` : ''}${row.isRollingBack ? html` <span class="badge badge-warn">↺ rolling back</span>` : ''}</th>
<td data-label="Serves"><a href="${releasePath(row.releaseId)}" class="number">${row.modelVersion}</a> <span class="note">from <code>${row.endpointName}</code></span></td>
<td data-label="Since">${day(row.since)}<br><span class="note">for ${since(row.since, viewer)}</span></td>
<td data-label="Approved until">${approvedUntil(row, viewer)}</td>
<td data-label="Approved by">${row.approvals.length === 0 ? html`<span class="note">nobody</span>` : html`<ul class="plain">${row.approvals.map(({ name, role, at }) => html`<li><bdi>${name}</bdi> <span class="note">${roleInWords(role)}, ${day(at)}</span></li>`)}</ul>`}</td>
<td data-label="Way back">${row.fallback === undefined ? html`<span class="note">to nothing</span>` : html`<a href="${releasePath(row.fallback.releaseId)}" class="number">${row.fallback.modelVersion}</a>`}
<br><a href="${rollbackPath(row.modelName)}" class="once">Roll back<span class="hidden"> ${row.modelName}</span></a></td></tr>`;

const approvedUntil = ({ approvedUntil: until }: ServedRow, { now }: Viewer): Html => {
  if (until === undefined) return html`<span class="badge badge-bad">✕ never approved</span>`;
  return until <= now
    ? html`<span class="badge badge-bad">✕ expired</span> ${day(until)}`
    : html`${day(until)}<br><span class="note">${lastingInWords(now, until)} left</span>`;
};

const ledgerSection = (ledger: LedgerState | undefined, viewer: Viewer): Html => html`
<section aria-labelledby="ledger"><h2 id="ledger">The audit ledger</h2>
${ledger === undefined ? html`<p>Nothing has been written into the log yet.</p>` : ledgerFacts(ledger, viewer)}
<p class="note">Verify it without trusting this page: <code>assay audit pull ledger && assay audit verify ledger</code></p></section>`;

const ledgerFacts = (
  { size, newestAt, isPublished, oldestDueAt, parked }: LedgerState,
  viewer: Viewer,
): Html => html`<dl class="facts">
<div><dt>Events in the log</dt><dd class="number">${size.toLocaleString('en')}</dd></div>
<div><dt>The newest of them</dt><dd>${newestAt === undefined ? '–' : html`${since(newestAt, viewer)} ago`}</dd></div>
<div><dt>Its checkpoint</dt><dd>${isPublished ? html`<span class="badge badge-good">✓ signed and published</span>` : html`<span class="badge badge-warn">○ being published</span>`}</dd></div>
<div><dt>Side effects that are due</dt><dd>${oldestDueAt === undefined ? 'none' : html`for ${since(oldestDueAt, viewer)}`}</dd></div>
<div><dt>Parked for a person</dt><dd>${parked === 0 ? 'none' : html`<strong>${parked}</strong>`}</dd></div></dl>`;

const freezeSection = ({ freezes }: NowView): Html => html`
<section aria-labelledby="freezes"><h2 id="freezes">Freezes</h2>
${
  freezes.length === 0
    ? html`<p>✓ No window is on in which nothing is promoted.</p>`
    : html`<ul>${freezes.map(({ name, until, models }) => html`<li><strong><bdi>${name}</bdi></strong> until ${time(until)}: ${models.map((model, index) => html`${index === 0 ? '' : ', '}<a href="${modelPath(model)}">${model}</a>`)}</li>`)}</ul>`
}</section>`;

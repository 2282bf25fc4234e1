/** The pages that are lists: what people are asked, what was refused, and what waits in the outbox. */
import { html } from 'hono/html';
import type { ParkedIntent } from '../../domain/change/redrive.ts';
import { remedyOf } from '../../domain/intake/remedy.ts';
import type { IntakeRefusal } from '../../domain/records/intake.ts';
import { asWritten, type Html, time } from '../parts/layout.ts';
import { framed, since, type Viewer } from './frame.ts';
import { waitingList } from './now-page.ts';
import type { WaitingRow } from './now-view.ts';

export const approvalsPage = (
  waiting: readonly WaitingRow[],
  next: { readonly people?: string | undefined },
  viewer: Viewer,
): Html => {
  const mine = waiting.filter(({ isMine }) => isMine);
  return framed({
    title: `Approvals: ${mine.length} for you`,
    viewer,
    at: '/console/approvals',
    main: html`<h1>Approvals</h1><p class="lead">${mine.length === 0 ? 'Nothing waits for you.' : `${mine.length === 1 ? 'One release waits' : `${mine.length} releases wait`} for you.`} ${waiting.length === 0 ? 'Nothing waits for anybody else.' : ''}</p>
<section aria-labelledby="mine"><h2 id="mine">Mine</h2>${mine.length === 0 ? html`<p>✓ You are asked nothing now.</p>` : waitingList(mine, viewer)}</section>
<section aria-labelledby="all"><h2 id="all">Everybody’s</h2>${waiting.length === 0 ? html`<p>✓ No release waits.</p>` : waitingList(waiting, viewer)}
${next.people === undefined ? '' : html`<p><a href="?after=${next.people}">The next releases</a></p>`}</section>
<p class="note">A decision is made by the link that was mailed to the person who makes it, and by nothing else: no page of the console can decide.</p>`,
  });
};

type Refusals = { readonly model?: string | undefined; readonly next?: string };

export const refusalsPage = (refusals: readonly IntakeRefusal[], { model, next }: Refusals, viewer: Viewer): Html =>
  framed({
    title: 'Refusals',
    viewer,
    at: '/console/refusals',
    main: html`<h1>Refusals</h1><p class="lead">What was not taken in at the door, the latest first, and what to mend.</p>
<section aria-labelledby="refused"><h2 id="refused">Refused requests${model === undefined ? '' : html` for <bdi>${model}</bdi>`}</h2>
<form class="filter" method="get"><label for="model">Of one model</label> <input type="text" id="model" name="model" value="${model ?? ''}" autocomplete="off" spellcheck="false"> <button class="plain">Show</button>${model === undefined ? '' : html` <a href="/console/refusals">Of all models</a>`}</form>
${
  refusals.length === 0
    ? html`<p>${next === undefined ? 'Nothing was refused.' : 'None is among those that were looked at.'}</p>`
    : html`<table class="stack"><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Why</th><th scope="col">What to do</th></tr></thead><tbody>${refusals.map(
        (
          one,
        ) => html`<tr><td>${time(one.receivedAt)}<br><span class="note">${since(one.receivedAt, viewer)} ago, by ${one.door.replaceAll('_', ' ')}</span></td>
<th scope="row"><bdi>${one.claimedModelName || 'no model'}</bdi><br><span class="note"><bdi>${one.claimedReleaseId || 'no release id'}</bdi></span></th>
<td data-label="Why"><code>${one.code}</code>: ${asWritten(one.message)}${one.faults.length === 0 ? '' : html`<ul>${one.faults.slice(0, 10).map(({ field, problem }) => html`<li><code>${field}</code> <bdi>${problem}</bdi></li>`)}</ul>`}</td><td data-label="What to do">${remedyOf(one.code)}</td></tr>`,
      )}</tbody></table>`
}
${next === undefined ? '' : html`<p><a href="?${new URLSearchParams({ ...(model === undefined ? {} : { model }), after: next }).toString()}">Earlier refusals</a></p>`}</section>`,
  });

export const outboxPage = (
  parked: readonly ParkedIntent[],
  { next }: { readonly next?: string },
  viewer: Viewer,
): Html =>
  framed({
    title: `Outbox: ${next === undefined ? '' : 'more than '}${parked.length} parked`,
    viewer,
    at: '/console/outbox',
    main: html`<h1>Outbox</h1><p class="lead">Mails, starts of machines and other side effects that failed ten times, or that no further try can help.</p>
<section class="notice ${parked.length === 0 ? 'notice-good' : 'notice-bad'}" aria-labelledby="parked"><h2 id="parked">Parked for a person</h2>${
      parked.length === 0
        ? html`<p>✓ Nothing is parked.</p>`
        : html`<ul class="told">${parked.map((one) => html`<li><span><span class="badge badge-bad">✕ parked</span></span><div><strong>${one.kind.replaceAll('_', ' ')}</strong> <bdi>${one.about}</bdi> <span class="note">of ${one.chain}, after ${one.attempts} attempts</span><p><bdi>${one.lastError}</bdi></p><p class="note">Once its cause is gone: <code>assay outbox redrive ${one.rowId} --reason "…"</code></p></div><span class="note">${one.parkedAt === undefined ? '' : html`for ${since(one.parkedAt, viewer)}`}</span></li>`)}</ul>`
    }
${next === undefined ? '' : html`<p><a href="?after=${next}">The next ones</a></p>`}</section>`,
  });

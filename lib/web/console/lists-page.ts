/** The pages that are lists: what people are asked, what was refused, what waits in the outbox, and which policy holds. */
import { html } from 'hono/html';
import type { ParkedIntent } from '../../domain/change/redrive.ts';
import { remedyOf } from '../../domain/intake/remedy.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import type { IntakeRefusal } from '../../domain/records/intake.ts';
import { asWritten, digest, type Html, time } from '../parts/layout.ts';
import { modeInWords, roleInWords, stageInWords, titleOf } from '../parts/wording.ts';
import { tierBadge } from './badges.ts';
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

export const refusalsPage = (refusals: readonly IntakeRefusal[], viewer: Viewer): Html =>
  framed({
    title: 'Refusals',
    viewer,
    at: '/console/refusals',
    main: html`<h1>Refusals</h1><p class="lead">What was not taken in at the door, the latest first, and what to mend.</p>
<section aria-labelledby="refused"><h2 id="refused">Refused requests</h2>${
      refusals.length === 0
        ? html`<p>Nothing was refused.</p>`
        : html`<table class="stack"><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Why</th><th scope="col">What to do</th></tr></thead><tbody>${refusals.map(
            (
              one,
            ) => html`<tr><td>${time(one.receivedAt)}<br><span class="note">${since(one.receivedAt, viewer)} ago, by ${one.door.replaceAll('_', ' ')}</span></td>
<th scope="row"><bdi>${one.claimedModelName || 'no model'}</bdi><br><span class="note"><bdi>${one.claimedReleaseId || 'no release id'}</bdi></span></th>
<td data-label="Why"><code>${one.code}</code>: ${asWritten(one.message)}${one.faults.length === 0 ? '' : html`<ul>${one.faults.slice(0, 10).map(({ field, problem }) => html`<li><code>${field}</code> <bdi>${problem}</bdi></li>`)}</ul>`}</td><td data-label="What to do">${remedyOf(one.code)}</td></tr>`,
          )}</tbody></table>`
    }</section>`,
  });

export const outboxPage = (parked: readonly ParkedIntent[], viewer: Viewer): Html =>
  framed({
    title: `Outbox: ${parked.length} parked`,
    viewer,
    at: '/console/outbox',
    main: html`<h1>Outbox</h1><p class="lead">Mails, starts of machines and other side effects that failed ten times, or that no further try can help.</p>
<section class="notice ${parked.length === 0 ? 'notice-good' : 'notice-bad'}" aria-labelledby="parked"><h2 id="parked">Parked for a person</h2>${
      parked.length === 0
        ? html`<p>✓ Nothing is parked.</p>`
        : html`<ul class="told">${parked.map((one) => html`<li><span><span class="badge badge-bad">✕ ${one.kind.replaceAll('_', ' ')}</span></span><div><bdi>${one.about}</bdi> <span class="note">of ${one.chain}, after ${one.attempts} attempts</span><p><bdi>${one.lastError}</bdi></p><p class="note">Once its cause is gone: <code>assay outbox redrive ${one.rowId} --reason "…"</code></p></div><span class="note">${one.parkedAt === undefined ? '' : html`for ${since(one.parkedAt, viewer)}`}</span></li>`)}</ul>`
    }</section>`,
  });

type Shown = {
  readonly policy: PolicyRecord;
  readonly sha256: string;
  readonly overlays: readonly { readonly name: string; readonly sha256: string }[];
};

export const policyPage = ({ policy, sha256, overlays }: Shown, viewer: Viewer): Html =>
  framed({
    title: 'Policy',
    viewer,
    at: '/console/policy',
    main: html`<h1>Policy: <bdi>${policy.name}</bdi></h1><p class="lead">Deployed now. A release keeps the policy that it was requested under.</p>
<section><dl class="facts"><div><dt>An approval lasts</dt><dd>${policy.approval_expiry_days} days</dd></div><div class="wide"><dt>Digest, SHA-256</dt><dd>${digest(sha256)}</dd></div>
<div class="wide"><dt>Made stricter for some models by</dt><dd>${overlays.length === 0 ? 'nothing: it applies to every model' : html`<ul>${overlays.map((one) => html`<li><bdi>${one.name}</bdi> <code>${one.sha256.slice(0, 12)}</code></li>`)}</ul>`}</dd></div></dl></section>
<section aria-labelledby="tiers"><h2 id="tiers">Who has to approve, by tier</h2><table class="stack"><thead><tr><th scope="col">Tier</th><th scope="col">Roles</th><th scope="col">Answer within</th><th scope="col">At the latest within</th></tr></thead><tbody>${(['low', 'medium', 'high'] as const).map((tier) => html`<tr><th scope="row">${tierBadge(tier)}</th><td data-label="Roles">${policy.tiers[tier].roles.map(roleInWords).join(', ')}</td><td data-label="Answer within">${policy.tiers[tier].sla_hours} h</td><td data-label="At the latest within">${policy.tiers[tier].deadline_hours} h</td></tr>`)}</tbody></table></section>
<section aria-labelledby="checks"><h2 id="checks">What is checked</h2>${policy.stages.map((stage) => html`<h3>${stageInWords(stage.name)} <span class="note">${stage.required ? 'required' : 'optional'}, ${stage.blocking ? 'blocking' : 'not blocking'}</span></h3><ul>${stage.checks.map(({ name, mode, parameters }) => html`<li>${titleOf(name)} <span class="note">· ${modeInWords(mode)}${Object.keys(parameters).length === 0 ? '' : html` · <code>${JSON.stringify(parameters)}</code>`}</span></li>`)}</ul>`)}</section>
<p class="note">Which policy holds for a model, and from which file each demand comes: <code>assay policy which MODEL</code>. What it would have decided about past releases: <code>assay policy replay</code>.</p>`,
  });

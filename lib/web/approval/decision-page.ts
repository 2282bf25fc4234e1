import { html } from 'hono/html';
import { isAskedNow } from '../../domain/approval/asked-now.ts';
import { decisionVerb } from '../../domain/approval/decision-answer.ts';
import { quorumOf } from '../../domain/approval/quorum.ts';
import { mayDenyAfterAll } from '../../domain/approval/second-decision.ts';
import type { SignedDecisions } from '../../domain/approval/signed-decisions.ts';
import { madeReadable } from '../../domain/readable.ts';
import type { Approval, ApprovalRequest } from '../../domain/records/approval.ts';
import { CHANGES_REQUESTED } from '../../domain/release/outcome.ts';
import { givenByPeople, type Reason, type Release, withdrawalOf } from '../../domain/release/release.ts';
import { asWritten, digest, type Html, page, time } from '../parts/layout.ts';
import { roleInWords, titleOf } from '../parts/wording.ts';
import { conditionList } from './condition-list.ts';
import { obstacleList } from './obstacles-notice.ts';

export type DecisionView = {
  readonly approval: Approval;
  readonly release: Pick<Release, 'reasons'>;
  /** The request as it is after the decision. */
  readonly request: ApprovalRequest;
  /** Why the release is not promoted as things stand, whatever the others decide. */
  readonly obstacles: readonly Reason[];
  readonly decisions: SignedDecisions;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether it was recorded just now, or by an earlier call. */
  readonly isNew: boolean;
};

/** Shows a decision as it was signed: printed name, role, meaning, time with zone, and what becomes of the release. */
export const decisionPage = (view: DecisionView): Html => {
  const { approval, request, obstacles, isNew } = view;
  const printedName = nameOf(approval, view);
  const verb = decisionVerb(approval.decision);
  return page({
    title: `You ${verb} ${request.modelName} ${request.modelVersion}`,
    viewer: `${printedName} · ${roleInWords(approval.approverRole)}`,
    main: html`<h1>${isNew ? 'Your decision is recorded' : 'Your decision was already recorded'}</h1>
<p class="lead">You <strong>${verb}</strong> ${request.modelName} <span class="number">${request.modelVersion}</span>.
${isNew ? '' : 'Nothing was recorded a second time.'}</p>
<section class="notice ${request.status === 'rejected' || obstacles.length > 0 ? 'notice-bad' : 'notice-good'}" role="status">
<h2>What happens now</h2><p>${nextSentence(view)}</p>
${obstacles.length === 0 ? '' : html`<p>As things stand, it will not go to production:</p>${obstacleList(obstacles)}`}</section>
${unsignedNotice(view)}
${mayDenyAfterAll(approval, request) ? html`<p>Have you seen something since? As long as the request is open, you may <a href="?deny=1">deny the release after all</a>.</p>` : ''}
<section aria-labelledby="signed"><h2 id="signed">As it was signed</h2><dl class="facts">
<div><dt>Printed name</dt><dd><bdi>${printedName}</bdi></dd></div>
<div><dt>Directory id</dt><dd><code>${approval.approverId}</code></dd></div>
<div><dt>Signed as</dt><dd>${roleInWords(approval.approverRole)}</dd></div>
${approval.actingFor === undefined ? '' : html`<div><dt>Acting for</dt><dd><bdi>${view.names.get(approval.actingFor) ?? approval.actingFor}</bdi></dd></div>`}
<div><dt>Decision</dt><dd><span class="badge ${verb === 'approved' ? 'badge-good' : 'badge-bad'}">${BADGES.get(approval.decision) ?? '✕ Denied'}${approval.conditions === undefined ? '' : ' with conditions'}</span></dd></div>
<div><dt>Date and time</dt><dd>${time(approval.timestamp)}</dd></div>
${approval.follows === undefined ? '' : html`<div><dt>In place of your approval of</dt><dd>${time(approval.follows.decided_at)}</dd></div>`}
<div class="wide"><dt>Meaning of the signature</dt><dd>${approval.meaning}</dd></div>
${approval.comment === '' ? '' : html`<div class="wide"><dt>Comment</dt><dd>${asWritten(approval.comment)}</dd></div>`}
${approval.conditions === undefined ? '' : html`<div class="wide"><dt>On condition of</dt><dd>${conditionList(approval, view.names)}</dd></div>`}
<div class="wide"><dt>Opened from this page</dt><dd>${openedInWords(approval)}</dd></div>
<div class="wide"><dt>Evidence digest, recomputed when you decided</dt><dd>${digest(approval.evidenceDigestVerified)}</dd></div>
<div class="wide"><dt>Artifact, SHA-256</dt><dd>${digest(request.artifactSha256)}</dd></div></dl></section>
<section aria-labelledby="answers"><h2 id="answers">Your checklist</h2>
<table class="stack"><thead><tr><th scope="col">Item</th><th scope="col">Answer</th></tr></thead>
<tbody>${approval.checklist.map(({ question, answer }) => html`<tr><td>${question}</td><td data-label="Answer">${answer === 'yes' ? 'Yes' : 'No'}</td></tr>`)}</tbody></table></section>
<p class="note">You may close this page. Printing it keeps a copy; the record itself is in the audit ledger.</p>`,
    footer: html`<p>Request <code>${request.requestId}</code>, release <code>${request.releaseId}</code>.</p>`,
  });
};

/** A former version noted nothing, which is not that nothing was opened. */
const openedInWords = ({ opened }: Approval): Html | string => {
  if (opened === undefined) return 'Not noted when this decision was taken';
  if (opened.length === 0) return 'Nothing';
  return html`<ul>${opened.map(({ name, at }) => html`<li>${titleOf(name)}, ${time(at)}</li>`)}</ul>`;
};

const BADGES = new Map([
  ['approve', '✓ Approved'],
  ['request_changes', '✎ Changes asked for'],
]);

const nameOf = ({ approverId }: Approval, { names }: DecisionView): string => names.get(approverId) ?? approverId;

const unsignedNotice = ({ approval, decisions }: DecisionView): Html | string =>
  decisions.unsigned.some((unsigned) => unsigned.approval === approval)
    ? html`<section class="notice" aria-label="Not signed"><p>This decision carries no signature by the key that signs now: it was taken by an earlier version,
or before the key was changed. If you did not make it, tell your platform owner at once.</p></section>`
    : '';

const nextSentence = (view: DecisionView): string => {
  const { approval, request, release, decisions, obstacles } = view;
  const withdrawal = withdrawalOf(release);
  if (withdrawal !== undefined) return `It will not go to production: ${madeReadable(withdrawal.explanation)}`;
  if (request.status === 'rejected' && approval.decision === 'request_changes') {
    return 'The release is rejected. Its requester makes the changes and requests a new one, which answers you.';
  }
  const changes = givenByPeople(release, CHANGES_REQUESTED);
  if (changes !== undefined) {
    return `Changes were asked for, so the release is rejected as it is: ${madeReadable(changes.explanation)}`;
  }
  if (request.status === 'rejected') return 'The release is rejected. It will not go to production.';
  if (request.status === 'expired') return 'The request ran out of time before every approval was given.';
  if (request.status === 'approved') {
    return obstacles.length === 0
      ? 'Every required role has approved. The release is signed, and promoted without further action from you: now, or, where the policy has a freeze, after it.'
      : 'Every required role has approved.';
  }
  const missing = quorumOf(request.requiredRoles, decisions.signed).missingRoles;
  const [asked, later] = [true, false].map((isNow) =>
    missing
      .filter((role) => isAskedNow(request, role) === isNow)
      .map(roleInWords)
      .join(', '),
  );
  const again = decisions.unsigned.map(({ approval }) => nameOf(approval, view));
  return [
    ...(asked ? [`The release still needs the approval of: ${asked}. They have been asked.`] : []),
    ...(later ? [`Then it is the turn of: ${later}.`] : []),
    ...(again.length === 0
      ? []
      : [
          `Not signed, and so to be decided again: the decision of ${again.join(', ')}. Their links have been sent again.`,
        ]),
  ].join(' ');
};

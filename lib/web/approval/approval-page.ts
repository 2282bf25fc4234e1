/** What an approver sees: the question, the evidence, the differences to the live release, and the form. */
import { html } from 'hono/html';
import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { SignedDecisions } from '../../domain/approval/signed-decisions.ts';
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import type { Difference } from '../../domain/questions/differences.ts';
import { madeReadable } from '../../domain/readable.ts';
import type { Approval, ApprovalRequest } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { Reason, Release } from '../../domain/release/release.ts';
import { digest, type Html, page, time } from '../parts/layout.ts';
import { unansweredInWords } from '../parts/override-in-words.ts';
import { roleInSentence, roleInWords } from '../parts/wording.ts';
import { type ApprovalForm, approvalForm, violationSummary } from './approval-form.ts';
import { behaviourSection } from './behaviour-section.ts';
import { checkList, checksInWords } from './check-list.ts';
import { type DecidedBefore, formerDecisions } from './former-decisions.ts';
import { type GroupOutcome, groupChart } from './group-chart.ts';
import { obstaclesNotice } from './obstacles-notice.ts';
import { servingSection } from './serving-section.ts';
import { tierOverride } from './tier-override.ts';

export type ApprovalView = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly checks: readonly CheckRecord[];
  /** Those that count, and those that have to be given again. */
  readonly decisions: SignedDecisions;
  /** What is stored under the name of this person and does not count. */
  readonly mine?: Approval;
  /** What is no longer asked for if the tier is lowered; absent if it is not. */
  readonly lowered?: LoweredDemands;
  /** What was decided before about this content or version. */
  readonly before: DecidedBefore;
  readonly form: ApprovalForm;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
  readonly groups?: readonly GroupOutcome[];
  /** Why it is not promoted as things stand, whatever is approved. */
  readonly obstacles: readonly Reason[];
  /** Absent if no check of the policy compares decisions with those of the live release, or they cannot be. */
  readonly behaviour?: BehaviourRecord;
  /** Absent if no release of this model is live. */
  readonly live?: {
    readonly releaseId: string;
    readonly differences: readonly Difference[];
    /** Evidence that could not be read, and so was not compared. */
    readonly unread: readonly { readonly releaseId: string; readonly evidence: string; readonly problem: string }[];
  };
};

export const approvalPage = (view: ApprovalView): Html => {
  const { request, form, checks, groups } = view;
  const isIncomplete = (form.violations ?? []).length > 0;
  const what = `${request.modelName} ${request.modelVersion}`;
  return page({
    title: `${isIncomplete ? 'Not complete: ' : ''}Approve ${what}?`,
    viewer: `${form.approver.name} · ${roleInWords(form.role)}`,
    main: html`${violationSummary(form)}
<h1>May ${request.modelName} <span class="number">${request.modelVersion}</span> go to production?</h1>
${tierOverride(view.release, view.lowered)}
${formerDecisions({ ...view.before, release: view.release, names: view.names })}
${obstaclesNotice(view.obstacles)}
<p class="lead"><bdi>${nameOf(request.requestedBy, view)}</bdi> asks you to decide as ${roleInSentence(form.role)}, by ${time(request.expiresAt)}.
${checksInWords(checks)}. <a href="#decision">Go to your decision</a></p>
${againNotice(view)}
${subjectSection(view)}
${servingSection(view.release)}
${checkList(checks)}
${groups === undefined || groups.length === 0 ? '' : groupChart(groups)}
${behaviourSection(view.behaviour, view.live?.releaseId)}
${liveSection(view)}
${approvalForm(form)}`,
    footer: html`<p>Request <code>${request.requestId}</code>. Opening this page recorded nothing. If there is no complete decision by ${time(request.expiresAt)},
${unansweredInWords(view.release)}; nothing is ever approved by waiting.</p>`,
  });
};

const againNotice = ({ mine, decisions, names }: ApprovalView): Html | string => {
  const others = decisions.unsigned.filter(({ approval }) => approval !== mine).map(({ approval }) => approval);
  if (mine === undefined && others.length === 0) return '';
  return html`<section class="notice" aria-label="Decide again">
${
  mine === undefined
    ? ''
    : html`<p>The decision that is stored under your name, of ${time(mine.timestamp)}, does not count, because Assay did not sign it as it
does now: earlier versions signed none, and a decision by a former key has to be given again. <strong>Please decide again.</strong>
If you never decided about this release, tell your platform owner at once.</p>`
}
${others.length === 0 ? '' : html`<p>These people have to decide again as well: <bdi>${others.map(({ approverId }) => names.get(approverId) ?? approverId).join(', ')}</bdi>.</p>`}</section>`;
};

const subjectSection = (view: ApprovalView): Html => {
  const { release, request } = view;
  const { commit_author: author } = release.manifest;
  return html`<section aria-labelledby="subject"><h2 id="subject">What you are deciding on</h2><dl class="facts">
<div><dt>Model</dt><dd>${request.modelName}</dd></div>
<div><dt>Version</dt><dd>${request.modelVersion}</dd></div>
<div><dt>Risk tier</dt><dd>${tierBadge(request.riskTier)}${release.tierOverride === undefined ? '' : html` in place of ${tierBadge(release.tierOverride.computed)}`}</dd></div>
<div><dt>Requested by</dt><dd><bdi>${nameOf(request.requestedBy, view)}</bdi></dd></div>
<div><dt>Trained by</dt><dd><bdi>${nameOf(release.manifest.trained_by, view)}</bdi></dd></div>
${author === undefined ? '' : html`<div><dt>Code by</dt><dd><bdi>${nameOf(author, view)}</bdi></dd></div>`}
<div><dt>Requested at</dt><dd>${time(request.createdAt)}</dd></div>
<div><dt>Release</dt><dd><code>${release.releaseId}</code></dd></div>
<div><dt>Rollback target</dt><dd>${wayBack(release)}</dd></div>
<div class="wide"><dt>Artifact, SHA-256</dt><dd>${digest(request.artifactSha256)}</dd></div>
<div class="wide"><dt>Evidence digest, over the artifact, what serves it, evidence, check results, policy and rollback target</dt><dd>${digest(request.evidenceDigest)}</dd></div>
<div class="wide"><dt>Required approvals</dt><dd><ul class="roles">${requiredRoles(view)}</ul></dd></div></dl></section>`;
};

const tierBadge = (tier: ApprovalRequest['riskTier']): Html => {
  const colour = { low: 'badge-good', medium: 'badge-warn', high: 'badge-bad' }[tier];
  return html`<span class="badge ${colour}">${tier}</span>`;
};

const wayBack = ({ rollbackTarget }: Release): Html | string =>
  rollbackTarget === undefined || rollbackTarget === 'none'
    ? 'None: no release of this model was in production. It can be taken back to nothing: its endpoint is deleted, and nothing serves'
    : html`<code>${rollbackTarget}</code>`;

const requiredRoles = ({ request, decisions, names, form }: ApprovalView): Html[] =>
  request.requiredRoles.map((role, index, roles) => {
    // A role that is needed twice takes two people.
    const seat = roles.slice(0, index).filter((other) => other === role).length;
    const given = decisions.signed.filter(
      (approval) => approval.approverRole === role && approval.decision === 'approve',
    )[seat];
    const state =
      given === undefined
        ? html`<span class="badge">○ Waiting</span>`
        : html`<span class="badge badge-good">✓ Approved</span> <span><bdi>${names.get(given.approverId) ?? given.approverId}</bdi>, ${time(given.timestamp)}</span>`;
    return html`<li><span>${roleInWords(role)}${role === form.role ? ' (you)' : ''}</span> ${state}</li>`;
  });

const liveSection = ({ live, request }: ApprovalView): Html => {
  if (live === undefined) {
    return html`<section aria-labelledby="live"><h2 id="live">Compared with what is live</h2>
<p>No release of ${request.modelName} is in production: there is nothing to compare with.</p></section>`;
  }
  return html`<section aria-labelledby="live"><h2 id="live">Compared with what is live</h2>
<p>In production now: release <code>${live.releaseId}</code>.</p>
${live.differences.length === 0 ? html`<p>It does not differ in anything that ${live.unread.length === 0 ? 'is governed' : 'could be compared'}.</p>` : differenceTable(live.differences)}
${live.unread.map(({ releaseId, evidence, problem }) => html`<p>Not compared: <code>${evidence}</code> of <code>${releaseId}</code> ${problem}.</p>`)}</section>`;
};

const differenceTable = (differences: readonly Difference[]): Html => html`<table class="differences stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th></tr></thead>
<tbody>${differences.map(
  ({ subject, live, candidate }) => html`<tr><th scope="row"><code>${subject}</code></th>
<td data-label="Live now">${valueCell(live)}</td><td data-label="This release">${valueCell(candidate)}</td></tr>`,
)}</tbody></table>`;

const valueCell = (value: string): Html | string => {
  if (value === '') return html`<span class="note">none</span>`;
  return /^([0-9a-f]{40,}|s3:\/\/.*)$/.test(value)
    ? html`<code>${value}</code>`
    : html`<bdi>${madeReadable(value)}</bdi>`;
};

const nameOf = (personId: string, { names }: ApprovalView): string => names.get(personId) ?? personId;

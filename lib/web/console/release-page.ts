/** All that is known of one release: what its approvers saw, what they decided, what was signed, and what happened to it. */
import { html } from 'hono/html';
import { decisionVerb } from '../../domain/approval/decision-answer.ts';
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import type { AuditEvent } from '../../domain/ledger/event.ts';
import type { Approval } from '../../domain/records/approval.ts';
import type { Attestation } from '../../domain/records/attestation.ts';
import type { BreakGlass } from '../../domain/records/break-glass.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { Reason, Release } from '../../domain/release/release.ts';
import { behaviourSection } from '../approval/behaviour-section.ts';
import { cardSection } from '../approval/card-section.ts';
import { checkList } from '../approval/check-list.ts';
import { conditionList } from '../approval/condition-list.ts';
import { groupChart } from '../approval/group-chart.ts';
import { movementSection } from '../approval/movement-section.ts';
import { servingSection } from '../approval/serving-section.ts';
import { asWritten, digest, type Html, time } from '../parts/layout.ts';
import { instantsInWords, roleInWords, stageInWords, titleOf } from '../parts/wording.ts';
import { stateBadge, tierBadge } from './badges.ts';
import { breakGlassSection } from './break-glass-section.ts';
import { day, framed, modelLink, type Viewer } from './frame.ts';
import { waitingList } from './now-page.ts';
import type { WaitingRow } from './now-view.ts';
import { rowsPath } from './rows-page.ts';
import { verifyPath } from './verify-page.ts';
import { whatRan } from './what-ran.ts';

export type ReleaseView = Omit<Parameters<typeof movementSection>[1], 'modelName'> & {
  readonly release: Release;
  readonly checks: readonly CheckRecord[];
  readonly approvals: readonly Approval[];
  readonly attestations: readonly Attestation[];
  /** Of this release, the first one first; and whether there are later ones that were not read. */
  readonly events: readonly AuditEvent[];
  readonly isCut: boolean;
  readonly behaviour: BehaviourRecord | undefined;
  readonly groups: Parameters<typeof groupChart>[0]['groups'];
  readonly pairs: Parameters<typeof groupChart>[0]['pairs'];
  readonly line: Parameters<typeof groupChart>[1];
  readonly card: Parameters<typeof cardSection>[0]['card'];
  /** The release that is live, if it is another one. */
  readonly live:
    | (NonNullable<Parameters<typeof movementSection>[0]> & {
        readonly differences: Parameters<typeof cardSection>[0]['changes'];
      })
    | undefined;
  readonly isServing: boolean;
  /** If it waits for people or for its promotion. */
  readonly waiting: WaitingRow | undefined;
  /** The last break-glass of its model, if it is of this release. */
  readonly breakGlass: BreakGlass | undefined;
  readonly reasons: readonly Reason[];
  readonly names: ReadonlyMap<string, string>;
};

export const releasePage = (view: ReleaseView, viewer: Viewer): Html => {
  const { release, checks, groups, pairs, line, live, card, totals } = view;
  const { modelName, modelVersion, manifest } = release;
  const requester = view.names.get(release.requestedBy) ?? release.requestedBy;
  return framed({
    title: `${modelName} ${modelVersion}`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › ${modelLink(modelName)} › Release</p>
<h1>${modelName} <span class="number">${modelVersion}</span></h1>
<p class="lead">${stateBadge(release.state)} ${tierBadge(release.riskTier)} ${view.isServing ? html`<span class="badge badge-good">✓ serves now</span>` : ''} requested by <bdi>${requester}</bdi>, ${time(release.createdAt)}.</p>
${view.reasons.length === 0 ? '' : html`<section class="notice notice-bad"><h2>Why it is where it is</h2><ul>${view.reasons.map(({ explanation }) => html`<li><bdi>${instantsInWords(explanation)}</bdi></li>`)}</ul></section>`}
${view.waiting === undefined ? '' : html`<section class="notice" aria-labelledby="waits"><h2 id="waits">It waits</h2>${waitingList([view.waiting], viewer)}</section>`}
${view.breakGlass === undefined ? '' : breakGlassSection(view.breakGlass, (id) => view.names.get(id) ?? id)}
${decisions(view)}
${release.state === 'production' && live === undefined ? '' : movementSection(live, { ...view, modelName })}
${behaviourSection(view.behaviour, live?.releaseId, line)}
${groupChart({ groups, pairs }, line, { ...manifest.predictions, totals })}
${cardSection({ card, changes: (live?.differences ?? []).filter(({ section }) => section === 'card'), changeNote: manifest.change_note, changeId: manifest.change_id, requester })}
${checkList(checks)}
${servingSection(release, { withValues: false })}
${whatRan(view)}
${proofs(view)}
${eventList(view)}`,
  });
};

const decisions = ({
  approvals,
  names,
}: ReleaseView): Html => html`<section aria-labelledby="decisions"><h2 id="decisions">Who decided, and what their signature means</h2>
${approvals.length === 0 ? html`<p>Nobody has decided yet.</p>` : html`<table class="stack"><thead><tr><th scope="col">Who</th><th scope="col">Decision</th><th scope="col">When</th><th scope="col">Meaning of the signature</th></tr></thead><tbody>${approvals.map((one) => decisionRow(one, names))}</tbody></table>`}</section>`;

const decisionRow = (one: Approval, names: ReleaseView['names']): Html => {
  const nameOf = (id: string): string => names.get(id) ?? id;
  const actingFor = one.actingFor === undefined ? '' : html`, acting for <bdi>${nameOf(one.actingFor)}</bdi>`;
  const comment = one.comment === '' ? '' : html`<br>${asWritten(one.comment)}`;
  return html`<tr><th scope="row"><bdi>${nameOf(one.approverId)}</bdi><br><span class="note">${roleInWords(one.approverRole)}${actingFor}</span></th>
<td data-label="Decision">${decisionBadges(one)}${one.conditions === undefined ? '' : html`<br>on condition of ${conditionList(one, names)}`}</td>
<td data-label="When">${time(one.timestamp)}</td><td data-label="Meaning of the signature">${one.meaning}${comment}</td></tr>`;
};

const decisionBadges = ({ decision, signed }: Approval): Html =>
  html`<span class="badge ${decision === 'approve' ? 'badge-good' : 'badge-bad'}">${decision === 'approve' ? '✓' : '✕'} ${decisionVerb(decision)}</span>${signed === undefined ? html` <span class="badge badge-bad">✕ not signed: it counts for nothing</span>` : ''}`;

const proofs = ({
  release,
  attestations,
}: ReleaseView): Html => html`<section aria-labelledby="proofs"><h2 id="proofs">Record and attestations, and how to verify them</h2>
${release.recordSha256 === undefined && attestations.length === 0 ? '' : html`<p><a class="button" href="${verifyPath(release.releaseId)}">Verify the record and the attestations</a></p>`}
<p>Nobody has to believe this page. With the public keys of the deployment, and no account of AWS:</p>
<pre class="document">assay audit pull ledger &amp;&amp; assay audit verify ledger
assay verify RECORD --key record.pub --decision-key decision.pub
assay verify ATTESTATION --key attestation.pub --artifact model.tar.gz</pre>
<dl>
<dt>Governance record${release.recordUri === undefined ? '' : html`, at <code>${release.recordUri}</code>`}</dt><dd>${release.recordSha256 === undefined ? 'It has none: it is signed when every role has approved.' : digest(release.recordSha256)}</dd>
<dt>Evidence digest that people signed for</dt><dd>${release.evidenceDigest === undefined ? 'Not established yet' : digest(release.evidenceDigest)}</dd></dl>
${attestations.length === 0 ? '' : html`<details><summary>${attestations.length} attestations of stages</summary><ul>${attestations.map(({ stage, sha256, uri }) => html`<li><strong>${stageInWords(stage)}</strong> <code>${uri}</code>${digest(sha256)}</li>`)}</ul></details>`}
<p><a href="${rowsPath(release.releaseId)}">Evidence that is handed out on record</a>, to those who may have rows about people.</p></section>`;

const eventList = ({
  events,
  isCut,
  names,
}: ReleaseView): Html => html`<section aria-labelledby="events"><h2 id="events">What happened</h2>
${
  events.length === 0
    ? html`<p>No event of it is known.</p>`
    : html`<table class="stack"><thead><tr><th scope="col">When, UTC</th><th scope="col">What</th><th scope="col">By</th><th scope="col">Why</th></tr></thead>${[
        ...Map.groupBy(events, ({ timestamp }) => timestamp.slice(0, 10)).values(),
      ].map(
        (ofDay) =>
          html`<tbody><tr><th scope="rowgroup" colspan="4">${ofDay.slice(0, 1).map(({ timestamp }) => day(timestamp))}</th></tr>${ofDay.map((event) => eventRow(event, names))}</tbody>`,
      )}</table>`
}
${isCut ? html`<p class="note">The first of its events. All of them are in the ledger.</p>` : ''}</section>`;

const eventRow = (
  { seq, timestamp, event_type: type, actor_id: actor, actor_role: role, reason, details }: AuditEvent,
  names: ReleaseView['names'],
): Html =>
  html`<tr><td><time datetime="${timestamp}">${timestamp.slice(11, 19)}</time></td><th scope="row">${titleOf(type)}${stageOf(details)} <span class="note">#${seq}</span></th><td data-label="By"><bdi>${names.get(actor) ?? actor}</bdi> <span class="note">${roleInWords(role)}</span></td><td data-label="Why">${reason === '' ? '–' : asWritten(reason)}</td></tr>`;

/** Which of the stages it was, where events differ in that alone. */
const stageOf = ({ stage }: AuditEvent['details']): string =>
  typeof stage === 'string' ? `: ${stageInWords(stage)}` : '';

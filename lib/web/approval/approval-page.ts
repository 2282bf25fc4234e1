/**
 * What an approver sees: what nobody may miss; what is asked and by when; what got better and worse, and for whom; what the
 * requester and the card say; folded, what most people only look up; and the form.
 */
import { html } from 'hono/html';
import type { LoweredDemands } from '../../domain/approval/lowered-demands.ts';
import type { SignedDecisions } from '../../domain/approval/signed-decisions.ts';
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import type { ModelCard } from '../../domain/evidence/model-card.ts';
import type { OutcomeSchema, OutcomeTotals } from '../../domain/evidence/outcome-record.ts';
import type { Difference } from '../../domain/questions/differences.ts';
import type { FairnessLine } from '../../domain/questions/fairness-line.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import type { Movement } from '../../domain/questions/movements.ts';
import type { Unmatched } from '../../domain/questions/unmatched.ts';
import type { Approval, ApprovalRequest } from '../../domain/records/approval.ts';
import type { CheckRecord } from '../../domain/records/check-record.ts';
import type { Reason, Release } from '../../domain/release/release.ts';
import { deadline, type Html, page, time } from '../parts/layout.ts';
import { unansweredInWords } from '../parts/override-in-words.ts';
import { forTheStage } from '../parts/stages-in-words.ts';
import { roleInSentence, roleInWords } from '../parts/wording.ts';
import { type ApprovalForm, approvalForm, violationSummary } from './approval-form.ts';
import { atAGlance } from './at-a-glance.ts';
import { behaviourSection } from './behaviour-section.ts';
import { cardSection } from './card-section.ts';
import { checkList } from './check-list.ts';
import { conditionList } from './condition-list.ts';
import { type EvidenceView, evidenceSection } from './evidence-section.ts';
import { type DecidedBefore, formerDecisions } from './former-decisions.ts';
import { groupChart } from './group-chart.ts';
import { movementSection } from './movement-section.ts';
import { obstaclesNotice } from './obstacles-notice.ts';
import { servingSection } from './serving-section.ts';
import { type Step, stageSteps } from './stage-steps.ts';
import { technicalSection } from './technical-section.ts';
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
  /** The stages of the approval; absent if everybody decides at once. */
  readonly steps?: readonly Step[];
  readonly form: ApprovalForm;
  readonly evidence: EvidenceView;
  /** Names by person id, for those who are in the directory. */
  readonly names: ReadonlyMap<string, string>;
  /** Of the evaluation report; absent if it cannot be read. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Empty if nothing was counted. */
  readonly groups: readonly GroupRates[];
  /** Of two attributes together. */
  readonly pairs: readonly GroupRates[];
  /** Of all rows; absent if nothing was counted, or a former version did. */
  readonly totals?: OutcomeTotals;
  /** Of that table. */
  readonly schema?: OutcomeSchema;
  readonly line: FairnessLine;
  /** Absent if it cannot be read. */
  readonly card?: ModelCard;
  /** Why it is not promoted as things stand, whatever is approved. */
  readonly obstacles: readonly Reason[];
  /** Whether only another release helps against them. */
  readonly needsAnother: boolean;
  /** Absent if no check of the policy compares decisions with those of the live release, or they cannot be. */
  readonly behaviour?: BehaviourRecord;
  /** Absent if no release of this model is live. */
  readonly live?: {
    readonly releaseId: string;
    readonly differences: readonly Difference[];
    readonly movements: readonly Movement[];
    readonly unmatched: Unmatched;
    readonly totals?: OutcomeTotals;
    /** Evidence that could not be read, and so was not compared. */
    readonly unread: readonly { readonly releaseId: string; readonly evidence: string; readonly problem: string }[];
  };
};

export const approvalPage = (view: ApprovalView): Html => {
  const { release, request, form, checks, groups, pairs, line, live, names } = view;
  const isIncomplete = (form.violations ?? []).length > 0;
  const what = `${request.modelName} ${request.modelVersion}`;
  const timeZone = form.approver.time_zone;
  const requester = nameOf(request.requestedBy, view);
  const [ofCard, ofOthers] = split(live?.differences ?? []);
  return page({
    title: `${isIncomplete ? 'Not complete: ' : ''}Approve ${what}?`,
    viewer: `${form.approver.name} · ${roleInWords(form.role)}`,
    main: html`${violationSummary(form)}
<h1>May ${request.modelName} <span class="number">${request.modelVersion}</span> go to production?</h1>
${tierOverride(release, view.lowered)}
${formerDecisions({ ...view.before, release, names })}
${obstaclesNotice(view.obstacles, view.needsAnother)}
<p class="lead"><bdi>${requester}</bdi> asks you to decide as ${roleInSentence(form.role)}${forTheStage(request.stages, form.role)}${form.actingFor === undefined ? '' : html`, <strong>acting for <bdi>${form.actingFor}</bdi></strong>, who holds this role and is away, has lent it, cannot be reached, or has not answered. Your decision is recorded under your name, with theirs beside it`}.</p>
${atAGlance({ release, request, checks, groups, pairs, line, timeZone })}
${seatFilled(view)}
${againNotice(view)}
${whoDecides(view)}
${movementSection(live, { modelName: request.modelName, metrics: view.metrics, totals: view.totals, line })}
${behaviourSection(view.behaviour, live?.releaseId, line)}
${groupChart({ groups, pairs }, line, { ...release.manifest.predictions, totals: view.totals })}
${cardSection({ card: view.card, changes: ofCard, changeNote: release.manifest.change_note, changeId: release.manifest.change_id, requester })}
${checkList(checks)}
${evidenceSection({ ...view.evidence, predictions: release.manifest.predictions, totals: view.totals, schema: view.schema, formNonce: form.formNonce })}
${servingSection(release)}
${technicalSection({ release, request, differences: ofOthers, live: live?.releaseId, isWhole: live?.unread.length === 0, nameOf: (id) => nameOf(id, view) })}
${approvalForm(form)}`,
    footer: html`<p>Request <code>${request.requestId}</code>. Opening this page recorded nothing. If there is no complete decision by ${deadline(request.expiresAt, timeZone)},
${unansweredInWords(release)}; nothing is ever approved by waiting.</p>`,
  });
};

/** What the cards say stands with the card, and metrics in the section of what moved; other parts of a report move nowhere. */
const split = (differences: readonly Difference[]): [Difference[], Difference[]] => [
  differences.filter(({ section }) => section === 'card'),
  differences.filter(
    ({ section, subject }) => section !== 'card' && (section !== 'metrics' || NO_METRIC.test(subject)),
  ),
];

const NO_METRIC = /^(by_group\.|operating_threshold$)/;

const approvalsAs = (role: string, { decisions }: ApprovalView): Approval[] =>
  decisions.signed.filter((approval) => approval.approverRole === role && approval.decision === 'approve');

/** Another person with the same role was faster: their approval is enough, and a denial still ends the request. */
const seatFilled = (view: ApprovalView): Html | string => {
  const { form, request } = view;
  const given = approvalsAs(form.role, view);
  const seats = request.requiredRoles.filter((role) => role === form.role).length;
  return given.length < seats || given.length === 0
    ? ''
    : html`<section class="notice" aria-label="Your seat is filled"><p><strong>Your seat as ${roleInSentence(form.role)} is filled</strong>: <bdi>${given.map(({ approverId }) => nameOf(approverId, view)).join(', ')}</bdi> approved.
Your approval is not needed. You may still deny.</p></section>`;
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

/** One line for each seat: a role that is asked for twice takes two people. */
const whoDecides = (view: ApprovalView): Html => {
  if (view.steps !== undefined) return whoDecidesInStages(view.steps, view);
  const { request, form } = view;
  const seats = request.requiredRoles.map((role, index) => {
    const number = request.requiredRoles.slice(0, index).filter((other) => other === role).length;
    return { role, given: approvalsAs(role, view)[number] };
  });
  return html`<section aria-labelledby="deciders"><h2 id="deciders">Who decides</h2><ul class="roles">
${seats.map(({ role, given }) => {
  const state =
    given === undefined
      ? html`<span class="badge">○ Waiting</span>`
      : html`<span class="badge badge-good">✓ Approved${given.conditions === undefined ? '' : ' with conditions'}</span> <span><bdi>${nameOf(given.approverId, view)}</bdi>${given.actingFor === undefined ? '' : html`, acting for <bdi>${nameOf(given.actingFor, view)}</bdi>`}, ${time(given.timestamp)}</span>${conditionList(given, view.names)}`;
  return html`<li><span>${roleInWords(role)}${role === form.role ? ' (you)' : ''}</span> ${state}</li>`;
})}</ul></section>`;
};

const whoDecidesInStages = (steps: readonly Step[], view: ApprovalView): Html =>
  html`<section aria-labelledby="deciders"><h2 id="deciders">Who decides</h2>
${stageSteps(steps, { role: view.form.role, nameOf: (id) => nameOf(id, view) })}</section>`;

const nameOf = (personId: string, { names }: ApprovalView): string => names.get(personId) ?? personId;

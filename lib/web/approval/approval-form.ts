import { html, raw } from 'hono/html';
import { type ConditionDraft, meaningOf } from '../../domain/approval/decision-answer.ts';
import type { Instant } from '../../domain/identifiers.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import type { TierInPolicy } from '../../domain/policy/policy-record.ts';
import type { Decision } from '../../domain/records/approval.ts';
import type { Violation } from '../../domain/refusal.ts';
import { type Html, time } from '../parts/layout.ts';
import { roleInWords } from '../parts/wording.ts';
import { conditionFields, conditionLabel } from './condition-fields.ts';
import { anchorOf, describedBy, errorOf, invalidity } from './field-faults.ts';

/** What was filled in when the form came back incomplete. */
export type Typed = {
  readonly decision?: Decision;
  readonly checklist: ReadonlyMap<string, string>;
  readonly confirmation: string;
  readonly comment: string;
  readonly conditions?: readonly ConditionDraft[];
};

export type ApprovalForm = {
  readonly approver: PersonRecord;
  readonly role: string;
  /** The name of the person who holds the role, if the approver stands in for them. */
  readonly actingFor?: string;
  readonly meaning: string;
  readonly modelVersion: string;
  readonly checklist: TierInPolicy['checklist'];
  /** The browser returns it together with a cookie of the same value, which proves that it was served this form. */
  readonly formNonce: string;
  /** When this person approved, if they may only deny it after all. */
  readonly approvedAt?: Instant;
  /** Whom a condition may be for, as suggestions: those whom the release concerns already. */
  readonly owners?: readonly PersonRecord[];
  /** How many days from now a condition may be due. */
  readonly conditionDays: number;
  readonly typed?: Typed;
  readonly violations?: readonly Violation[];
};

/**
 * The form of a decision. Nothing is preselected, and the first submit button is disabled, so that Enter in a field
 * presses no button: a decision is one of three buttons, pressed.
 */
export const approvalForm = (form: ApprovalForm): Html => html`<section id="decision" aria-labelledby="decide">
<h2 id="decide">Your decision</h2>
<form method="post" action="" autocomplete="off" accept-charset="utf-8">
<button type="submit" disabled hidden>Nothing is decided by pressing Enter</button>
<input type="hidden" name="form_nonce" value="${form.formNonce}">
${
  form.approvedAt === undefined
    ? ''
    : html`<p class="notice">You approved this release at ${time(form.approvedAt)}. Until the request is closed you may deny it after all, once. Your denial names
your approval, ends the request and rejects the release.</p>`
}
<p>Answer every item. A release is approved only with <strong>yes</strong> to all of them.</p>
${form.checklist.map((item) => checklistItem(item, form))}
<div class="field"><label for="confirmation">Type the model version to confirm</label>
<p class="note" id="confirmation-hint">Exactly as shown: <code>${form.modelVersion}</code></p>
<input type="text" id="confirmation" name="confirmation" required maxlength="128" autocomplete="off" autocapitalize="none"
 spellcheck="false" ${invalidity('confirmation', form)} aria-describedby="confirmation-hint${describedBy('confirmation', form)}" value="${form.typed?.confirmation ?? ''}">
${errorOf('confirmation', form)}</div>
<div class="field"><label for="comment">Comment</label>
<p class="note" id="comment-hint">Required if you deny, or ask for changes: say which. It is stored with the decision. Do not include personal data of customers.</p>
<textarea id="comment" name="comment" rows="4" maxlength="2000" ${invalidity('comment', form)} aria-describedby="comment-hint${describedBy('comment', form)}">
${form.typed?.comment ?? ''}</textarea>${errorOf('comment', form)}</div>
${form.approvedAt === undefined ? conditionFields(form) : ''}
${signature(form)}
${errorOf('decision', form)}
<div class="actions">${form.approvedAt === undefined ? html`<button type="submit" name="decision" value="approve">Approve this release</button>` : ''}
${form.approvedAt === undefined ? html`<button type="submit" name="decision" value="request_changes" class="changes">Ask for changes</button>` : ''}
<button type="submit" name="decision" value="deny" class="deny">Deny this release</button></div>
</form></section>`;

/**
 * What is still missing for a decision: listed at the top of the page, each with a link to its field.
 */
export const violationSummary = (form: ApprovalForm): Html | string => {
  const violations = form.violations ?? [];
  if (violations.length === 0) return '';
  return html`<section class="notice notice-bad" role="alert" aria-labelledby="faults">
<h2 id="faults">Your decision does not count: it is not complete</h2>
<p>Nothing was recorded.</p>
<ul>${violations.map(({ field, problem }) => html`<li><a href="#${anchorOf(field)}">${labelOf(field, form)}</a> ${problem}</li>`)}</ul>
</section>`;
};

const checklistItem = ({ id, question }: TierInPolicy['checklist'][number], form: ApprovalForm): Html => {
  const field = `checklist.${id}`;
  return html`<fieldset id="${anchorOf(field)}"><legend>${question}</legend><div class="choices">
${['yes', 'no'].map((answer) => {
  const checked = form.typed?.checklist.get(id) === answer ? raw(' checked') : '';
  return html`<label><input type="radio" name="${field}" value="${answer}" required${checked}> ${answer === 'yes' ? 'Yes' : 'No'}</label>`;
})}</div>${errorOf(field, form)}</fieldset>`;
};

const signature = ({ approver, role, actingFor, meaning }: ApprovalForm): Html => {
  const policy = { approval_meaning: meaning };
  return html`<div class="field">
<h3>Your signature</h3><div class="signature"><dl class="facts">
<div><dt>Printed name</dt><dd><bdi>${approver.name}</bdi></dd></div>
<div><dt>Signing as</dt><dd>${roleInWords(role)}${actingFor === undefined ? '' : html`, acting for <bdi>${actingFor}</bdi>`}</dd></div>
<div><dt>Date and time</dt><dd>Recorded when you decide, in UTC</dd></div>
<div class="wide"><dt>Meaning of your signature if you approve</dt><dd>${meaning}</dd></div>
<div class="wide"><dt>Meaning of your signature if you deny</dt><dd>${meaningOf('deny', policy)}</dd></div>
<div class="wide"><dt>Meaning of your signature if you ask for changes</dt><dd>${meaningOf('request_changes', policy)}</dd></div></dl></div>
<p class="note">Each button signs. To deny or to ask for changes ends the request, and the release is rejected; who makes the changes requests a new one, which names this one. The decision is stored with your directory id, your role, the time and the evidence digest above. You may
deny after all what you approved, while the request is open; nothing else is changed afterwards.</p></div>`;
};

const labelOf = (field: string, form: ApprovalForm): string => {
  if (field === 'confirmation') return 'Model version';
  if (field === 'comment') return 'Comment';
  const condition = conditionLabel(field);
  if (condition !== undefined) return condition;
  const item = form.checklist.find(({ id }) => field === `checklist.${id}`);
  return item?.question ?? 'Decision';
};

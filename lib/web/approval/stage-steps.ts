/** The stages of an approval as a row of steps: who decided in each, who is next, and which are not open yet. */
import { html } from 'hono/html';
import type { Turn } from '../../domain/approval/turns.ts';
import type { Approval } from '../../domain/records/approval.ts';
import { type Html, time } from '../parts/layout.ts';
import { roleInWords, titleOf } from '../parts/wording.ts';

export type Step = Turn<Pick<Approval, 'approverId' | 'approverRole' | 'timestamp'>>;

type Shown = {
  /** Of the person who looks. */
  readonly role: string;
  readonly nameOf: (personId: string) => string;
};

export const stageSteps = (steps: readonly Step[], shown: Shown): Html => html`<ol class="steps">
${steps.map((step) => {
  const isOwn = step.roles.includes(shown.role);
  return html`<li${isOwn ? html` aria-current="step"` : ''}><h3>${titleOf(step.name)}${isOwn ? html` <span class="note">your stage</span>` : ''}</h3>
<p>${badgeOf(step)}</p>
<ul class="roles">${step.roles.map((role, index) => seat(step, index, role === shown.role ? ' (you)' : '', shown))}</ul></li>`;
})}</ol>`;

/** Each has a sign, because colour must never be the only signal. */
const badgeOf = ({ isOpen, missingRoles }: Step): Html => {
  if (!isOpen) return html`<span class="badge">– Not open yet</span>`;
  return missingRoles.length === 0
    ? html`<span class="badge badge-good">✓ Complete</span>`
    : html`<span class="badge badge-warn">○ Decides now</span>`;
};

/** One line for each seat: a role that is asked for twice takes two people. */
const seat = ({ roles, given }: Step, index: number, you: string, { nameOf }: Shown): Html => {
  const role = roles[index] ?? '';
  const number = roles.slice(0, index).filter((other) => other === role).length;
  const approval = given.filter(({ approverRole }) => approverRole === role)[number];
  const state =
    approval === undefined
      ? html`<span class="note">waiting</span>`
      : html`<span class="note"><bdi>${nameOf(approval.approverId)}</bdi>, ${time(approval.timestamp)}</span>`;
  return html`<li><span>${roleInWords(role)}${you}</span> ${state}</li>`;
};

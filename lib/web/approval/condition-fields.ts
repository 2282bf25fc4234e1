import { html, raw } from 'hono/html';
import { CONDITIONS_MAX } from '../../domain/approval/condition-answer.ts';
import type { ConditionDraft } from '../../domain/approval/decision-answer.ts';
import type { PersonRecord } from '../../domain/policy/directory-record.ts';
import { CONDITION_MAX_CHARACTERS } from '../../domain/records/condition.ts';
import type { Violation } from '../../domain/refusal.ts';
import type { Html } from '../parts/layout.ts';
import { describedBy, errorOf, invalidity } from './field-faults.ts';

type ConditionForm = {
  readonly approver: PersonRecord;
  readonly owners?: readonly PersonRecord[];
  /** How many days from now a condition may be due. */
  readonly conditionDays: number;
  readonly typed?: { readonly conditions?: readonly ConditionDraft[] };
  readonly violations?: readonly Violation[];
};

const PARTS = { text: 'What has to be done', owner: 'By whom', due: 'Until the end of' } as const;
type Part = keyof typeof PARTS;

/** What a field of a condition is called in the list of faults; undefined if it is none. */
export const conditionLabel = (field: string): string | undefined => {
  const [name, number, part] = field.split('.');
  if (name !== 'conditions') return undefined;
  return number === undefined ? 'The list of conditions' : `Condition ${number}: ${PARTS[part as Part].toLowerCase()}`;
};

/**
 * An approval with conditions, folded until somebody wants one. Nobody but those whom the release concerns is suggested as an
 * owner: a forwarded link must not list the directory.
 */
export const conditionFields = (form: ConditionForm): Html => {
  const filled = form.typed?.conditions ?? [];
  const isFaulty = (form.violations ?? []).some(({ field }) => field.startsWith('conditions'));
  const isOpen = isFaulty || filled.some((draft) => Object.values(draft).some((value) => value !== ''));
  return html`<details id="conditions"${isOpen ? raw(' open') : ''}><summary>Approve with conditions</summary>
<p class="note" id="conditions-hint">Optional, ${CONDITIONS_MAX} at most, and only with an approval, which is signed with them. The owner of each is told. What is not done in time suspends the
approval: the release does not go to production, or back to it, until it is done. What serves already goes on serving.</p>
${errorOf('conditions', form)}
${Array.from({ length: CONDITIONS_MAX }, (_, index) => conditionOf(index, form))}
<datalist id="owners">${(form.owners ?? []).map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</datalist></details>`;
};

const conditionOf = (index: number, form: ConditionForm): Html => {
  const zone = form.approver.time_zone ?? 'UTC';
  return html`<fieldset><legend>Condition ${index + 1}</legend>
${fieldOf({ index, part: 'text', attributes: `type="text" maxlength="${CONDITION_MAX_CHARACTERS}" autocomplete="off"`, form })}
${fieldOf({ index, part: 'owner', hint: 'A person of the directory, by id or login.', attributes: 'type="text" maxlength="128" list="owners" autocomplete="off" autocapitalize="none" spellcheck="false"', form })}
${fieldOf({ index, part: 'due', hint: `A day in ${zone}, ${form.conditionDays} days from now at most: yyyy-mm-dd.`, attributes: 'type="date"', form })}
</fieldset>`;
};

type Field = {
  readonly index: number;
  readonly part: Part;
  readonly hint?: string;
  /** Ours, not of anybody who fills it in. */
  readonly attributes: string;
  readonly form: ConditionForm;
};

const fieldOf = ({ index, part, hint, attributes, form }: Field): Html => {
  const field = `conditions.${index + 1}.${part}`;
  const id = `conditions-${index + 1}-${part}`;
  const describing = `conditions-hint${hint === undefined ? '' : ` ${id}-hint`}${describedBy(field, form)}`;
  return html`<div class="field"><label for="${id}">${PARTS[part]}</label>
${hint === undefined ? '' : html`<p class="note" id="${id}-hint">${hint}</p>`}
<input ${raw(attributes)} id="${id}" name="${field}" ${invalidity(field, form)} aria-describedby="${describing}" value="${form.typed?.conditions?.[index]?.[part] ?? ''}">
${errorOf(field, form)}</div>`;
};

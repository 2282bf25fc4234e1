/** The fields by which an operator orders something: why, for which incident, and the name typed once more. */
import { html } from 'hono/html';
import type { Html } from '../parts/layout.ts';

export type Fault = { readonly field: string; readonly problem: string };

/** What was typed into a form that was not complete, and what was wrong with it. */
export type Typed = { readonly fields: URLSearchParams; readonly faults: readonly Fault[] };

export const NOT_TYPED: Typed = { fields: new URLSearchParams(), faults: [] };

const LABELS: Readonly<Record<string, string>> = {
  reason: 'Reason',
  incident: 'Incident',
  confirmation: 'Confirmation',
};

/** What is missing, on top, each with a link to its field. */
export const faultSummary = ({ faults }: Typed): Html | string =>
  faults.length === 0
    ? ''
    : html`<section class="notice notice-bad" role="alert" aria-labelledby="faults"><h2 id="faults">Nothing was ordered: the form is not complete</h2>
<ul>${faults.map(({ field, problem }) => html`<li><a href="#${field}">${LABELS[field] ?? field}</a> ${problem}</li>`)}</ul></section>`;

type Asked = {
  readonly typed: Typed;
  /** What has to be typed to confirm, and what that is. */
  readonly confirm: { readonly text: string; readonly what: string };
};

export const orderFields = ({ typed, confirm }: Asked): Html => html`
${field(typed, { name: 'reason', label: 'Reason', hint: 'It goes on record, and everybody who is told of it reads it.', max: 1024 })}
${field(typed, { name: 'incident', label: 'Incident', hint: 'The number by which others find it, such as INC-42.', max: 256 })}
${field(typed, { name: 'confirmation', label: `Type the ${confirm.what} to confirm`, hint: html`Exactly as shown: <code>${confirm.text}</code>`, max: 128 })}`;

type Field = { readonly name: string; readonly label: string; readonly hint: Html | string; readonly max: number };

const field = ({ fields, faults }: Typed, { name, label, hint, max }: Field): Html => {
  const fault = faults.find((one) => one.field === name);
  return html`<div class="field"><label for="${name}">${label}</label><p class="note" id="${name}-hint">${hint}</p>
<input type="text" id="${name}" name="${name}" required maxlength="${max}" autocomplete="off" autocapitalize="none" spellcheck="false"
 aria-describedby="${name}-hint${fault ? ` ${name}-fault` : ''}"${fault ? html` aria-invalid="true"` : ''} value="${fields.get(name) ?? ''}">
${fault ? html`<p class="error" id="${name}-fault">${fault.problem}</p>` : ''}</div>`;
};

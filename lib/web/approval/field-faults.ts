/** How a fault of a field is shown at the field: marked, described, and reached from the list on top of the page. */
import { html, raw } from 'hono/html';
import type { Violation } from '../../domain/refusal.ts';
import type { Html } from '../parts/layout.ts';

type Faulty = { readonly violations?: readonly Violation[] };

const violationOf = (field: string, form: Faulty): Violation | undefined =>
  form.violations?.find((fault) => fault.field === field);

export const errorOf = (field: string, form: Faulty): Html | string => {
  const fault = violationOf(field, form);
  return fault === undefined ? '' : html`<p class="error" id="${anchorOf(field)}-error">✕ This ${fault.problem}</p>`;
};

export const invalidity = (field: string, form: Faulty): Html | string =>
  violationOf(field, form) === undefined ? '' : raw('aria-invalid="true"');

export const describedBy = (field: string, form: Faulty): string =>
  violationOf(field, form) === undefined ? '' : ` ${anchorOf(field)}-error`;

/** The ids of checklist items come from the policy, which allows letters, digits and underscores only. */
export const anchorOf = (field: string): string => field.replaceAll(/[^a-z0-9_]/g, '-');

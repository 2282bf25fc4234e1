import { html } from 'hono/html';
import { cut } from '../../domain/cut.ts';
import type { Difference } from '../../domain/questions/differences.ts';
import { madeReadable } from '../../domain/readable.ts';
import { asWritten, type Html } from '../parts/layout.ts';

/**
 * Fields of what is live and of this release, one row for each field: the values of a list stand in one row. Evidence may
 * differ in more than a page can hold; how much is left out is said.
 */
export const differenceTable = (differences: readonly Difference[]): Html => {
  const rows = [...Map.groupBy(differences, ({ subject }) => subject)];
  const shown = rows.slice(0, rowsThatFit(rows.map(([, fields]) => fields)));
  return html`<table class="differences stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th></tr></thead>
<tbody>${shown.map(
    ([subject, fields]) => html`<tr><th scope="row">${title(subject)}</th>
<td data-label="Live now">${values(fields.map(({ live }) => live))}</td><td data-label="This release">${values(fields.map(({ candidate }) => candidate))}</td></tr>`,
  )}</tbody></table>
${shown.length === rows.length ? '' : html`<p class="note">${rows.length - shown.length} more fields differ: compare the documents themselves.</p>`}`;
};

/** A key of evidence may be of any length. */
const SUBJECT_SHOWN = 300;
const title = (subject: string): Html =>
  html`<code>${madeReadable(subject.length > SUBJECT_SHOWN ? `${cut(subject, SUBJECT_SHOWN)}…` : subject)}</code>`;

/** Of all rows together, before they are escaped. */
const CHARACTERS_SHOWN = 100_000;
const VALUES_SHOWN = 20;

/** At least one, whose values are bounded. */
const rowsThatFit = (rows: readonly (readonly Difference[])[]): number => {
  let left = CHARACTERS_SHOWN;
  const overflowing = rows.findIndex((fields, index) => {
    for (const { subject, live, candidate } of fields.slice(0, VALUES_SHOWN))
      left -= subject.length + live.length + candidate.length;
    return left < 0 && index > 0;
  });
  return overflowing === -1 ? rows.length : overflowing;
};

const values = (texts: readonly string[]): Html => {
  const written = texts.filter((text) => text !== '');
  const [first, ...more] = written.slice(0, VALUES_SHOWN).map(value);
  if (first === undefined) return html`<span class="note">none</span>`;
  if (more.length === 0) return first;
  const rest = written.length - VALUES_SHOWN;
  return html`<ul>${[first, ...more].map((one) => html`<li>${one}</li>`)}</ul>${rest <= 0 ? '' : html`<p class="note">and ${rest} more</p>`}`;
};

const value = (text: string): Html =>
  /^([0-9a-f]{40,}|s3:\/\/.*)$/.test(text) ? html`<code>${text}</code>` : asWritten(text);

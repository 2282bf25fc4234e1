import { html } from 'hono/html';
import { cut } from '../../domain/cut.ts';
import type { Difference } from '../../domain/questions/differences.ts';
import { madeReadable } from '../../domain/readable.ts';
import { asWritten, type Html } from '../parts/layout.ts';

/**
 * Fields of what is live and of this release, one row for each field: the values of a list stand in one row. Evidence may
 * differ in more than a page can hold; how much is left out is said, and of what.
 */
export const differenceTable = (differences: readonly Difference[]): Html => {
  const rows = [...Map.groupBy(differences, ({ subject }) => subject)].map(([subject, fields]) => ({
    subject,
    fields,
  }));
  const { fitting, leftOut } = rowsThatFit(rows);
  const shown = rows.filter((row) => fitting.has(row));
  return html`<table class="differences stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th></tr></thead>
<tbody>${shown.map(
    ({ subject, fields }) => html`<tr><th scope="row">${title(subject)}</th>
<td data-label="Live now">${values(fields.map(({ live }) => live))}</td><td data-label="This release">${values(fields.map(({ candidate }) => candidate))}</td></tr>`,
  )}</tbody></table>
${leftOut.length === 0 ? '' : html`<p class="note">${rows.length - shown.length} more fields differ, of ${leftOut.slice(0, PARTS_NAMED).map((part, index) => html`${index === 0 ? '' : ', '}${title(part)}`)}${leftOut.length > PARTS_NAMED ? ' and others' : ''}: compare the documents themselves.</p>`}`;
};

const PARTS_NAMED = 10;

/** A key of evidence may be of any length. */
const SUBJECT_SHOWN = 300;
const title = (subject: string): Html =>
  html`<code>${madeReadable(subject.length > SUBJECT_SHOWN ? `${cut(subject, SUBJECT_SHOWN)}…` : subject)}</code>`;

/** Of all rows together, before they are escaped. */
const CHARACTERS_SHOWN = 100_000;
const VALUES_SHOWN = 20;

type Row = { readonly subject: string; readonly fields: readonly Difference[] };

/**
 * Whoever fills one part of the evidence must not push another one out: the short parts are shown whole, and the longest are
 * cut. At least one row is shown, whose values are bounded.
 */
const rowsThatFit = (
  rows: readonly Row[],
): { readonly fitting: ReadonlySet<Row>; readonly leftOut: readonly string[] } => {
  const parts = [...Map.groupBy(rows, partOf)].sort(([, a], [, b]) => sizeOf(a) - sizeOf(b));
  const [fitting, leftOut] = [new Set<Row>(), new Set<string>()];
  let left = CHARACTERS_SHOWN;
  for (const [part, ofPart] of parts) {
    for (const row of ofPart) {
      left -= sizeOf([row]);
      if (left >= 0 || fitting.size === 0) fitting.add(row);
      else leftOut.add(part);
    }
  }
  return { fitting, leftOut: [...leftOut] };
};

const sizeOf = (rows: readonly Row[]): number =>
  rows
    .flatMap(({ fields }) => fields.slice(0, VALUES_SHOWN))
    .reduce((size, { subject, live, candidate }) => size + subject.length + live.length + candidate.length, 0);

/** The first two names of a path are Assay's own; metrics are called as their report likes. */
const partOf = ({ subject, fields: [field] }: Row): string => {
  if (field?.section !== 'metrics') return subject.split('.').slice(0, 2).join('.');
  return MEASURED.find((name) => subject === name || subject.startsWith(`${name}.`)) ?? 'metrics';
};
const MEASURED = ['operating_threshold', 'by_group'];

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

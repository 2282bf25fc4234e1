import { html } from 'hono/html';
import type { Difference } from '../../domain/questions/differences.ts';
import { asWritten, type Html } from '../parts/layout.ts';

/** Fields of what is live and of this release, one row for each field: the values of a list stand in one row. */
export const differenceTable = (differences: readonly Difference[]): Html => {
  const subjects = [...new Set(differences.map(({ subject }) => subject))];
  return html`<table class="differences stack">
<thead><tr><th scope="col">What</th><th scope="col">Live now</th><th scope="col">This release</th></tr></thead>
<tbody>${subjects.map((subject) => {
    const rows = differences.filter((difference) => difference.subject === subject);
    return html`<tr><th scope="row"><code>${subject}</code></th>
<td data-label="Live now">${values(rows.map(({ live }) => live))}</td><td data-label="This release">${values(rows.map(({ candidate }) => candidate))}</td></tr>`;
  })}</tbody></table>`;
};

const values = (texts: readonly string[]): Html => {
  const [first, ...more] = texts.filter((text) => text !== '').map(value);
  if (first === undefined) return html`<span class="note">none</span>`;
  return more.length === 0 ? first : html`<ul>${[first, ...more].map((one) => html`<li>${one}</li>`)}</ul>`;
};

const value = (text: string): Html =>
  /^([0-9a-f]{40,}|s3:\/\/.*)$/.test(text) ? html`<code>${text}</code>` : asWritten(text);

/** The files that people sign for: each opens by a form, because opening a link must do nothing. */
import { html } from 'hono/html';
import type { OpenedFile } from '../../domain/records/approval.ts';
import type { EvidenceFile } from '../../domain/release/evidence-files.ts';
import { digest, type Html, time } from '../parts/layout.ts';
import { sizeInWords, titleOf } from '../parts/wording.ts';
import { tableFacts } from './table-facts.ts';

export type EvidenceView = {
  readonly files: readonly EvidenceFile[];
  /** What this browser has opened already. */
  readonly opened: readonly OpenedFile[];
  /** Where people who are signed in get the other files. */
  readonly rowsAddress: string;
};

type Evidence = EvidenceView & Parameters<typeof tableFacts>[0] & { readonly formNonce: string };

/** The form opens another tab: what was typed here stays. Of its buttons each names its own file. */
export const evidenceSection = ({ files, opened, rowsAddress, formNonce, ...table }: Evidence): Html => {
  const documents = files.filter(({ kind }) => kind === 'document');
  const others = files.filter(({ kind }) => kind !== 'document');
  return html`<section aria-labelledby="evidence"><h2 id="evidence">The evidence itself</h2>
<p>Your decision will name the files that you opened from this page. It says nothing about whether you read them.</p>
<form method="post" action="" target="_blank" rel="noopener" autocomplete="off">
<input type="hidden" name="form_nonce" value="${formNonce}">
<ul class="files">${documents.map(
    (file) => html`<li>${described(file)}${state(file, opened)}
<span class="buttons"><button class="plain" name="open" value="${file.name}" aria-label="Open ${titleOf(file.name)}">Open</button>
<button class="plain" name="download" value="${file.name}" formtarget="_self" aria-label="Download ${titleOf(file.name)}">Download</button></span></li>`,
  )}</ul></form>
${
  others.length === 0
    ? ''
    : html`<h3>Not opened by this link</h3>
<p class="note">A link can be forwarded. So it opens no table, because the rows are about people, and no file of more than a megabyte.</p>
<p><a href="${rowsAddress}" target="_blank" rel="noopener">Get these files in the console</a>, where you sign in. Each download goes on record under your name.</p>
<ul class="files">${others.map((file) => html`<li>${described(file)}${file.name === 'predictions' ? tableFacts(table) : ''}</li>`)}</ul>`
}</section>`;
};

const described = ({ name, sizeBytes, sha256 }: EvidenceFile): Html => html`<strong>${titleOf(name)}</strong>
<span class="note">${sizeInWords(sizeBytes)}</span>
<details><summary>SHA-256</summary>${digest(sha256)}</details>`;

const state = ({ name }: EvidenceFile, opened: readonly OpenedFile[]): Html | string => {
  const found = opened.find((one) => one.name === name);
  return found === undefined
    ? ''
    : html`<span class="badge badge-good">✓ Opened</span> <span class="note">${time(found.at)}</span>`;
};

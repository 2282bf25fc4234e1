/** The files of a release that a link does not open: rows about people, and what is too large for a page. */
import { html } from 'hono/html';
import type { Instant } from '../../domain/identifiers.ts';
import { retentionEnded } from '../../domain/release/evidence-copy.ts';
import type { EvidenceFile } from '../../domain/release/evidence-files.ts';
import type { Release } from '../../domain/release/release.ts';
import { digest, type Html, page, time } from '../parts/layout.ts';
import type { Problem } from '../parts/problem-page.ts';
import { sizeInWords, titleOf } from '../parts/wording.ts';
import { modelLink, navigation, releasePath } from './frame.ts';

/** Where that page is, within the console. */
export const rowsPath = (releaseId: string): string => `/console/releases/${releaseId}/evidence`;

type Rows = {
  readonly release: Pick<Release, 'releaseId' | 'modelName' | 'modelVersion'>;
  readonly files: readonly EvidenceFile[];
  readonly viewer: string;
  readonly publicBaseUrl: string;
  readonly now: Instant;
};

/** Looking at it gives nothing away and writes nothing: each file is asked for by a form. */
export const rowsPage = ({ release, files, viewer, publicBaseUrl, now }: Rows): Html => {
  const { releaseId, modelName, modelVersion } = release;
  return page({
    title: `Rows of ${modelName} ${modelVersion}`,
    viewer,
    nav: navigation(),
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › ${modelLink(modelName)} › <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a> › Evidence</p><h1>Rows of ${modelName} <span class="number">${modelVersion}</span></h1>
<section class="notice"><p>These files are handed to people who are signed in, because rows about people are among them. Each download goes on record under your name, with the time and the digest of the file, and stays there as long as the audit trail. It is for you alone: do not pass it on.</p></section>
<section aria-labelledby="files"><h2 id="files">The files</h2>
${
  files.length === 0
    ? html`<p>This release has none.</p>`
    : html`<ul class="files">${files.map(
        (file) => html`<li><strong>${titleOf(file.name)}</strong>
<span class="note">${sizeInWords(file.sizeBytes)}${periodOf(file, now)}</span>
<details><summary>SHA-256</summary>${digest(file.sha256)}</details>
${
  retentionEnded(file, now) === undefined
    ? html`<form method="post" action="${publicBaseUrl}${rowsPath(releaseId)}/${file.name}"><span class="buttons"><button class="plain" aria-label="Download ${titleOf(file.name)}">Download</button></span></form>`
    : html`<p>Its rows were deleted after their period. The digest, and what was counted in them, stay on record.</p>`
}</li>`,
      )}</ul>`
}</section>`,
  });
};

const periodOf = (file: EvidenceFile, now: Instant): Html | string => {
  if (file.keptUntil === undefined) return '';
  return html`, ${retentionEnded(file, now) === undefined ? 'kept until' : 'was kept until'} ${time(file.keptUntil)}`;
};

/** What stands in the way of a download, in words for the person who meets it. */
export const ROWS_PROBLEMS = {
  /** One answer to those who may not, and for what is not there: others do not learn which releases there are. */
  notForYou: {
    title: 'There are no rows here for you',
    explanation:
      'Rows about people go to those who are asked to approve a release, as long as they are asked, and to auditors. Others do not learn whether there is such a release.',
    remedy:
      'If you were asked, sign in as the person whom the mail was sent to. An auditor needs the group auditor, and a line in the approver directory, because each download goes on record under an id of it. The page /console/me shows who you are here.',
  },
  ended: {
    title: 'These rows were deleted after their period',
    explanation:
      'Rows about people are kept for a shorter time than the evidence that they belong to, and this time is over.',
    remedy:
      'The release, its record and the audit trail have the digest of the table, and what was counted in it. Whoever trained the model may have the table itself.',
  },
  tooMany: {
    title: 'You were given many files in this hour',
    explanation: 'So that nobody copies everything unnoticed, a person is given a limited number of files in an hour.',
    remedy: 'Come back in the next hour.',
  },
  notNoted: {
    title: 'Your download could not be put on record',
    explanation: 'What cannot be put on record is not handed out.',
    remedy: 'Try it again in a minute. If it happens again, tell your platform owner.',
  },
  notFromHere: {
    title: 'Please press the button again',
    explanation: 'The request did not come from a page of Assay. Nothing was handed out, and nothing recorded.',
    remedy: 'Open the page of the release in this window, and use the button there.',
  },
} as const satisfies Readonly<Record<string, Problem>>;

/** Whether the governance record of a release holds, as Assay verifies it now; and how to do it without Assay. */
import { html } from 'hono/html';
import type { Release } from '../../domain/release/release.ts';
import { digest, type Html } from '../parts/layout.ts';
import { framed, modelLink, releasePath, type Viewer } from './frame.ts';

type Verified = {
  readonly release: Release;
  /** Why it does not hold; nothing if it does. */
  readonly problems: readonly string[];
};

export const verifyPath = (releaseId: string): string => `${releasePath(releaseId)}/verify`;

export const verifyPage = ({ release, problems }: Verified, viewer: Viewer): Html => {
  const { releaseId, modelName, modelVersion, recordSha256, recordUri } = release;
  return framed({
    title: `${verdictOf(recordSha256, problems)} ${modelName} ${modelVersion}`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › ${modelLink(modelName)} › <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a> › Verify</p>
<h1>${modelName} <span class="number">${modelVersion}</span>: its record</h1>
${recordSha256 === undefined ? html`<section class="notice"><h2>– There is none</h2><p>A record is signed when every role has approved.</p></section>` : recordSection(problems)}
${recordSha256 === undefined ? '' : html`<section aria-labelledby="what"><h2 id="what">What was verified</h2><p>The bytes at <code>${recordUri}</code>, as they lie in storage now, by the keys of KMS: their digest, the signature of the record, the signature of each decision in it, and that it says of the release what the table says.</p>${digest(recordSha256)}</section>`}
<section aria-labelledby="alone"><h2 id="alone">Without trusting this page</h2><pre class="document">assay audit pull ledger &amp;&amp; assay audit verify ledger
assay verify RECORD --key record.pub --decision-key decision.pub</pre></section>`,
  });
};

const verdictOf = (recordSha256: string | undefined, problems: readonly string[]): string => {
  if (recordSha256 === undefined) return 'No record:';
  return problems.length === 0 ? 'It holds:' : 'It does not hold:';
};

const recordSection = (problems: readonly string[]): Html =>
  problems.length === 0
    ? html`<section class="notice notice-good" role="status"><h2>✓ It holds</h2><p>Digest, signatures and facts are what they have to be.</p></section>`
    : html`<section class="notice notice-bad" role="status"><h2>✕ It does not hold</h2><ul>${problems.map((problem) => html`<li><bdi>${problem}</bdi></li>`)}</ul><p>If it serves, the sweep finds the same within a minute, and an alert holds. <a href="/console/now">Look at what is wrong</a></p></section>`;

/** Whether the governance record of a release and its attestations hold, as Assay verifies them now; and how to do it without Assay. */
import { html } from 'hono/html';
import type { AttestationReport } from '../../domain/attestation/verify-attestation.ts';
import type { Attestation } from '../../domain/records/attestation.ts';
import type { Release } from '../../domain/release/release.ts';
import { digest, type Html, time } from '../parts/layout.ts';
import { stageInWords } from '../parts/wording.ts';
import { framed, modelLink, releasePath, type Viewer } from './frame.ts';

export type VerifiedAttestation = {
  readonly kept: Attestation;
  readonly report: AttestationReport;
  /** The event that says that it was signed; undefined if none of those that were read does. */
  readonly event:
    | {
        readonly seq: number;
        /** Its index in the log; undefined if it is not there yet. */
        readonly index: number | undefined;
      }
    | undefined;
};

type Verified = {
  readonly release: Release;
  /** Why the record does not hold; nothing if it does. */
  readonly problems: readonly string[];
  readonly attestations: readonly VerifiedAttestation[];
};

export const verifyPath = (releaseId: string): string => `${releasePath(releaseId)}/verify`;

export const verifyPage = ({ release, problems, attestations }: Verified, viewer: Viewer): Html => {
  const { releaseId, modelName, modelVersion, recordSha256, recordUri } = release;
  return framed({
    title: `${verdictOf(recordSha256, problems)} ${modelName} ${modelVersion}`,
    viewer,
    main: html`<p class="crumbs"><a href="/console/now">Now</a> › ${modelLink(modelName)} › <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a> › Verify</p>
<h1>${modelName} <span class="number">${modelVersion}</span>: record and attestations</h1>
<h2>The governance record</h2>
${recordSha256 === undefined ? html`<section class="notice"><h3>– There is none</h3><p>A record is signed when every role has approved.</p></section>` : recordSection(problems)}
${recordSha256 === undefined ? '' : html`<section aria-labelledby="what"><h3 id="what">What was verified</h3><p>The bytes at <code>${recordUri}</code>, as they lie in storage now, by the keys of KMS: their digest, the signature of the record, the signature of each decision in it, and that it says of the release what the table says.</p>${digest(recordSha256)}</section>`}
${attestationsSection(attestations)}
<section aria-labelledby="alone"><h2 id="alone">Without trusting this page</h2><pre class="document">assay audit pull ledger &amp;&amp; assay audit verify ledger
assay verify RECORD --key record.pub --decision-key decision.pub
assay verify ATTESTATION --key attestation.pub --artifact model.tar.gz</pre></section>`,
  });
};

const verdictOf = (recordSha256: string | undefined, problems: readonly string[]): string => {
  if (recordSha256 === undefined) return 'No record:';
  return problems.length === 0 ? 'It holds:' : 'It does not hold:';
};

const recordSection = (problems: readonly string[]): Html =>
  problems.length === 0
    ? html`<section class="notice notice-good" role="status"><h3>✓ It holds</h3><p>Digest, signatures and facts are what they have to be.</p></section>`
    : html`<section class="notice notice-bad" role="status"><h3>✕ It does not hold</h3><ul>${problems.map((problem) => html`<li><bdi>${problem}</bdi></li>`)}</ul><p>If it serves, the sweep finds the same within a minute, and an alert holds. <a href="/console/now">Look at what is wrong</a></p></section>`;

/** What does not hold is on top: nobody should have to look for it. */
const attestationsSection = (
  attestations: readonly VerifiedAttestation[],
): Html => html`<section aria-labelledby="attestations"><h2 id="attestations">The attestations</h2>
${
  attestations.length === 0
    ? html`<p>No stage has attested to anything yet.</p>`
    : html`<p>${verdictOnAll(attestations)} Of each: its digest, its signature by the key that signs attestations now, that it lies where its stage alone may write, that it is about this artifact, and that it says of each check what the table says.</p>
<table class="stack"><thead><tr><th scope="col">Attestation</th><th scope="col">Result</th><th scope="col">Signed</th><th scope="col">About</th><th scope="col">On record</th></tr></thead><tbody>${[...attestations].sort((a, b) => b.report.problems.length - a.report.problems.length).map(attestationRow)}</tbody></table>`
}</section>`;

const verdictOnAll = (attestations: readonly VerifiedAttestation[]): string => {
  const broken = attestations.filter(({ report }) => report.problems.length > 0).length;
  return broken === 0 ? `✓ All ${attestations.length} hold.` : `✕ ${broken} of ${attestations.length} do not hold.`;
};

const attestationRow = ({ kept, report, event }: VerifiedAttestation): Html => {
  const { attestation: said, problems } = report;
  return html`<tr><th scope="row">${stageInWords(kept.stage)}<br>${problems.length === 0 ? html`<span class="badge badge-good">✓ holds</span>` : html`<span class="badge badge-bad">✕ does not hold</span>`}${problems.map((problem) => html`<br><bdi>${problem}</bdi>`)}</th>
<td data-label="Result">${said === undefined ? html`<span class="note">none is said</span>` : html`${said.result.toLowerCase()}<br><span class="note">${said.passed.length} passed, ${said.warned.length} warned, ${said.failed.length} failed</span>`}</td>
<td data-label="Signed">${time(kept.signedAt)}<br><span class="note">by <code>${kept.keyId}</code></span></td>
<td data-label="About">${said === undefined ? '' : html`<code>${said.name}</code>${digest(said.sha256)}`}</td>
<td data-label="On record">${onRecord(event)}</td></tr>`;
};

const onRecord = (event: VerifiedAttestation['event']): Html => {
  if (event === undefined) return html`<span class="badge badge-bad">✕ no event says so</span>`;
  return event.index === undefined
    ? html`event #${event.seq} <span class="note">which is not in the log yet: it takes a minute</span>`
    : html`event #${event.seq}<br><span class="note">entry ${event.index} of the log</span>`;
};

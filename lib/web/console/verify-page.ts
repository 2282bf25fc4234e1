/** Whether the governance record of a release and its attestations hold, as Assay verifies them now; and how to do it without Assay. */
import { html } from 'hono/html';
import type { Signature } from '../../domain/attestation/signature.ts';
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

export type VerifiedAttestations = {
  readonly kept: readonly VerifiedAttestation[];
  /** Those that events of the release name, and that are not kept. */
  readonly missing: readonly Signature[];
  /** Whether the release has more events than were read: then nobody knows what the others name. */
  readonly isCut: boolean;
};

type Verified = {
  readonly release: Release;
  /** Why the record does not hold; nothing if it does. */
  readonly problems: readonly string[];
  readonly attestations: VerifiedAttestations;
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

const NOT_KNOWN = 'not known: the release has more events than are looked through';

/** What does not hold is on top: nobody should have to look for it. */
const attestationsSection = (
  attestations: VerifiedAttestations,
): Html => html`<section aria-labelledby="attestations"><h2 id="attestations">The attestations</h2>
${
  attestations.kept.length + attestations.missing.length === 0
    ? html`<p>${attestations.isCut ? `– ${NOT_KNOWN}` : 'No stage has attested to anything yet.'}</p>`
    : html`<p>${verdictOnAll(attestations)} Of each: its digest, its signature by the key that signs attestations now, that it lies where its stage alone may write, that it is about this artifact, that it says of each check what the table says, and that an event put it on record.</p>
<table class="stack"><thead><tr><th scope="col">Attestation</th><th scope="col">Result</th><th scope="col">Signed</th><th scope="col">About</th><th scope="col">On record</th></tr></thead><tbody>${attestations.missing.map((one) => missingRow(one, attestations.isCut))}${inOrder(attestations).map(([one, judged]) => attestationRow(one, judged))}</tbody></table>`
}</section>`;

type Judged = 'holds' | 'broken' | 'not known';

/** One that no event knows may have been put there by anybody who can write the table; of a list that was cut, nobody knows. */
const judgedOf = ({ report, event }: VerifiedAttestation, isCut: boolean): Judged => {
  if (report.problems.length > 0) return 'broken';
  if (event !== undefined) return 'holds';
  return isCut ? 'not known' : 'broken';
};

const ORDER: readonly Judged[] = ['broken', 'not known', 'holds'];

const inOrder = ({ kept, isCut }: VerifiedAttestations): (readonly [VerifiedAttestation, Judged])[] =>
  kept
    .map((one) => [one, judgedOf(one, isCut)] as const)
    .sort(([, one], [, other]) => ORDER.indexOf(one) - ORDER.indexOf(other));

/** That all are there is known only of a release whose events were all read. */
const verdictOnAll = ({ kept, missing, isCut }: VerifiedAttestations): string => {
  const gone = isCut ? 0 : missing.length;
  const broken = gone + kept.filter((one) => judgedOf(one, isCut) === 'broken').length;
  if (broken > 0) return `✕ ${broken} of ${kept.length + gone} do not hold.`;
  return isCut ? `– Whether all are there and hold is ${NOT_KNOWN}.` : `✓ All ${kept.length} hold.`;
};

const BADGES: Readonly<Record<Judged, Html>> = {
  holds: html`<span class="badge badge-good">✓ holds</span>`,
  broken: html`<span class="badge badge-bad">✕ does not hold</span>`,
  'not known': html`<span class="badge">– not known</span>`,
};

/** A later event, which was not read, may say that another took its place. */
const missingRow = ({ of, sha256, signed_at: at, key_id: keyId }: Signature, isCut: boolean): Html =>
  html`<tr><th scope="row">${stageInWords(of)}<br>${isCut ? html`<span class="badge">– ${NOT_KNOWN}</span>` : html`<span class="badge badge-bad">✕ missing</span><br>an event says that it was signed, and it is not kept`}</th>
<td data-label="Result"><span class="note">none is said</span></td>
<td data-label="Signed">${time(at)}<br><span class="note">by <code>${keyId}</code></span></td>
<td data-label="About"></td>
<td data-label="On record">${digest(sha256)}</td></tr>`;

const attestationRow = ({ kept, report, event }: VerifiedAttestation, judged: Judged): Html => {
  const { attestation: said, problems } = report;
  return html`<tr><th scope="row">${stageInWords(kept.stage)}<br>${BADGES[judged]}${problems.map((problem) => html`<br><bdi>${problem}</bdi>`)}</th>
<td data-label="Result">${said === undefined ? html`<span class="note">none is said</span>` : html`${said.result.toLowerCase()}<br><span class="note">${said.passed.length} passed, ${said.warned.length} warned, ${said.failed.length} failed</span>`}</td>
<td data-label="Signed">${time(kept.signedAt)}<br><span class="note">by <code>${kept.keyId}</code></span></td>
<td data-label="About">${said === undefined ? '' : html`<code>${said.name}</code>${digest(said.sha256)}`}</td>
<td data-label="On record">${event === undefined ? unrecorded(judged) : onRecord(event)}</td></tr>`;
};

const unrecorded = (judged: Judged): Html =>
  judged === 'not known'
    ? html`<span class="badge">– ${NOT_KNOWN}</span>`
    : html`<span class="badge badge-bad">✕ no event says so</span>`;

const onRecord = ({ seq, index }: NonNullable<VerifiedAttestation['event']>): Html =>
  index === undefined
    ? html`event #${seq} <span class="note">which is not in the log yet: it takes a minute</span>`
    : html`event #${seq}<br><span class="note">entry ${index} of the log</span>`;

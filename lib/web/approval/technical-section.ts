/** What people look up rather than read: who made it, where it goes back to, what else differs, and the digests. */
import { html } from 'hono/html';
import type { Difference } from '../../domain/questions/differences.ts';
import type { ApprovalRequest } from '../../domain/records/approval.ts';
import type { Release } from '../../domain/release/release.ts';
import { digest, type Html, time } from '../parts/layout.ts';
import { differenceTable } from './difference-table.ts';

type Technical = {
  readonly release: Release;
  readonly request: ApprovalRequest;
  readonly differences: readonly Difference[];
  /** The release that is live. */
  readonly live: string | undefined;
  /** Whether all evidence of both could be read. */
  readonly isWhole: boolean;
  readonly nameOf: (personId: string) => string;
};

export const technicalSection = ({ release, request, differences, live, isWhole, nameOf }: Technical): Html => {
  const { commit_author: author, trained_by: trainer } = release.manifest;
  return html`<section aria-labelledby="technical"><h2 id="technical">For the record</h2>
<dl class="facts">
<div><dt>Requested by</dt><dd><bdi>${nameOf(request.requestedBy)}</bdi>, ${time(request.createdAt)}</dd></div>
<div><dt>Trained by</dt><dd><bdi>${nameOf(trainer)}</bdi></dd></div>
${author === undefined ? '' : html`<div><dt>Code by</dt><dd><bdi>${nameOf(author)}</bdi></dd></div>`}
<div><dt>Rollback target</dt><dd>${wayBack(release)}</dd></div></dl>
${live === undefined ? '' : html`<details><summary>${differences.length === 0 ? `No technical field ${isWhole ? 'differs' : 'that could be compared differs'}` : `Technical fields that differ: ${new Set(differences.map(({ subject }) => subject)).size}`} from <code>${live}</code></summary>${differences.length === 0 ? '' : differenceTable(differences)}</details>`}
<details><summary>Ids and digests: what exactly is signed</summary><dl class="facts">
<div class="wide"><dt>Release</dt><dd><code>${release.releaseId}</code></dd></div>
<div class="wide"><dt>Artifact, SHA-256</dt><dd>${digest(request.artifactSha256)}</dd></div>
<div class="wide"><dt>Evidence digest, over the artifact, what serves it, evidence, check results, policy and rollback target</dt><dd>${digest(request.evidenceDigest)}</dd></div></dl></details></section>`;
};

const wayBack = ({ rollbackTarget }: Release): Html | string =>
  rollbackTarget === undefined || rollbackTarget === 'none'
    ? 'None: no release of this model was in production. It can be taken back to nothing: its endpoint is deleted, and nothing serves'
    : html`<code>${rollbackTarget}</code>`;

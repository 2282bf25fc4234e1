/** How far the governance of each model has come, with the proof of each step; and what would be stopped if every check had to pass. */
import { html } from 'hono/html';
import { LEVELS, type Maturity, type MaturityStep } from '../../domain/gate/maturity.ts';
import type { Enforced } from '../../domain/gate/replay-enforced.ts';
import type { Instant } from '../../domain/identifiers.ts';
import type { Html } from '../parts/layout.ts';
import { titleOf } from '../parts/wording.ts';
import { framed, modelLink, releasePath, type Viewer } from './frame.ts';

export type PostureRow = {
  readonly modelName: string;
  readonly releaseId: string;
  readonly modelVersion: string;
  readonly maturity: Maturity;
  /** Undefined if the policy of the release is not kept. */
  readonly enforced: Enforced | undefined;
};

export type Posture = {
  readonly rows: readonly PostureRow[];
  readonly next: string | undefined;
};

export const posturePage = ({ rows, next }: Posture, viewer: Viewer): Html =>
  framed({
    title: 'Posture',
    viewer,
    at: '/console/posture',
    main: html`<h1>Posture</h1>
<p class="lead">${leadOf(rows)} A level is reached when each of its steps holds, and each of those below.</p>
<section aria-labelledby="levels"><h2 id="levels">The levels</h2><ol>${Object.values(LEVELS).map((what) => html`<li>${what}.</li>`)}</ol></section>
${rows.length === 0 ? '' : rows.map(modelSection)}
${next === undefined ? '' : html`<p><a href="?after=${encodeURIComponent(next)}">The next models</a></p>`}
<p class="buttons"><a class="button" href="/console/posture/json">Download as JSON</a></p>`,
  });

const leadOf = (rows: readonly PostureRow[]): string => {
  if (rows.length === 0) return 'No model on this page is in production.';
  const levels = rows.map(({ maturity }) => maturity.level);
  const [lowest, highest] = [Math.min(...levels), Math.max(...levels)];
  const many = rows.length === 1 ? 'The model on this page is' : `The ${rows.length} models on this page are`;
  return `${many} at ${lowest === highest ? `level ${lowest}` : `levels ${lowest} to ${highest}`}.`;
};

const BADGE = { 0: 'badge-bad', 1: 'badge-warn', 2: 'badge-warn', 3: 'badge-good' } as const;

const modelSection = ({ modelName, releaseId, modelVersion, maturity, enforced }: PostureRow): Html => {
  const { level, next, steps } = maturity;
  return html`<section aria-labelledby="of-${modelName}"><h2 id="of-${modelName}">${modelLink(modelName)} <a href="${releasePath(releaseId)}" class="number">${modelVersion}</a> <span class="badge ${BADGE[level]}">level ${level} of 3</span></h2>
<p>${next === undefined ? '✓ Every step holds.' : html`<strong>Next:</strong> ${next.remedy} <span class="note">Does not hold yet: “${next.what}” (<bdi>${next.proof}</bdi>).</span>`}</p>
<details><summary>Each step, with its proof</summary><table class="stack"><thead><tr><th scope="col">Level</th><th scope="col">Step</th><th scope="col">Proof</th></tr></thead><tbody>${steps.map(stepRow)}</tbody></table></details>
<h3>If every check had to pass</h3>${enforcedOf(enforced)}</section>`;
};

const stepRow = ({ level, what, isMet, proof }: MaturityStep): Html =>
  html`<tr><td class="number"><span class="note">level</span> ${level}</td><th scope="row">${isMet ? html`<span class="badge badge-good">✓ holds</span>` : html`<span class="badge badge-bad">✕ does not hold</span>`} ${what}</th><td data-label="Proof"><code>${proof}</code></td></tr>`;

const enforcedOf = (enforced: Enforced | undefined): Html => {
  if (enforced === undefined) return html`<p>Nobody can say: the policy that it was requested under is not kept.</p>`;
  const { isStopped, reasons, notEnforced } = enforced;
  if (notEnforced.length === 0) return html`<p>✓ They do: the policy enforces each of its checks.</p>`;
  const those = html`<p class="note">Not enforced by its policy: ${notEnforced.map((name, index) => html`${index === 0 ? '' : ', '}${titleOf(name)}`)}.</p>`;
  if (!isStopped) return html`<p>✓ Nothing would have stopped it: all of them passed.</p>${those}`;
  return html`<p>✕ <strong>It would have been stopped</strong>${reasons.length === 0 ? ', by what its policy enforces already.' : ':'}</p>
<ul>${reasons.map(({ rule, explanation }) => html`<li><strong>${titleOf(rule)}</strong> <bdi>${explanation}</bdi></li>`)}</ul>${those}`;
};

/** As the download has it. */
export const postureRecord = ({ modelName, releaseId, modelVersion, maturity, enforced }: PostureRow) => ({
  model_name: modelName,
  release_id: releaseId,
  model_version: modelVersion,
  level: maturity.level,
  steps: maturity.steps.map(({ level, what, isMet, proof }) => ({ level, step: what, holds: isMet, proof })),
  ...(maturity.next === undefined ? {} : { next: maturity.next.remedy }),
  ...(enforced === undefined
    ? {}
    : {
        if_enforced: {
          is_stopped: enforced.isStopped,
          not_enforced: enforced.notEnforced,
          reasons: enforced.reasons.map(({ rule, explanation }) => ({ rule, explanation })),
        },
      }),
});

export type PostureFile = {
  readonly at: Instant;
  readonly rows: readonly PostureRow[];
  readonly next: string | undefined;
};

export const postureFile = ({ at, rows, next }: PostureFile) => ({
  at,
  models: rows.map(postureRecord),
  is_whole: next === undefined,
  ...(next === undefined ? {} : { next }),
});
